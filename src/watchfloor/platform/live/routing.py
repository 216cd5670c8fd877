"""Where sockets are answered."""

from __future__ import annotations

from django.urls import path

from watchfloor.platform.live.consumer import LiveConsumer

websocket_urlpatterns = [path("ws/live", LiveConsumer.as_asgi())]
