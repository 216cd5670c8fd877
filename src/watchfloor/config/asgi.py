"""What the web server loads."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchfloor.config.settings.embedded")
# Every request runs in a thread of its own: without a pool each would open connections anew.
os.environ.setdefault("WATCHFLOOR_DB_POOL", "6")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

import watchfloor.config.urls  # noqa: E402, F401  else the first request would load them
from watchfloor.config.web import build  # noqa: E402  models can be imported only now
from watchfloor.platform import logs  # noqa: E402

logs.configure("web")
application = build(django_application)
