"""The Celery application of the worker. Rows are the truth; a message is only a wake-up."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchfloor.config.settings.embedded")

from django.conf import settings  # noqa: E402  the line above names them

app = Celery("watchfloor")
app.conf.update(settings.CELERY)
app.autodiscover_tasks()
