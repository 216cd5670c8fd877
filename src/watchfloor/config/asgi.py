"""The web process: intake first, then sockets, then Django."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchfloor.config.settings.embedded")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

application = django_application
