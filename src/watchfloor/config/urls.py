"""Every address of the floor, except the intake's, which `asgi` answers before Django."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
