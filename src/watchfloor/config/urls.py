"""Every address of the floor, except the intake's, which `asgi` answers before Django."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from watchfloor.config import health, metrics
from watchfloor.config.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/v1/", api.urls),
    path("", include("watchfloor.platform.accounts.urls")),
    path("", include("watchfloor.console.urls")),
]

handler400 = "watchfloor.platform.requests.bad_request"
handler403 = "watchfloor.platform.requests.denied"
handler404 = "watchfloor.platform.requests.not_found"
handler500 = "watchfloor.platform.requests.broken"
