"""The Celery application of the worker. Rows are the truth; a message is only a wake-up."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging

from watchfloor.platform import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchfloor.config.settings.embedded")

from django.conf import settings

app = Celery("watchfloor")
app.conf.update(settings.CELERY)
app.autodiscover_tasks()


def _write_as_we_do(**_: object) -> None:
    """Stand in for Celery's own set-up of logging."""
    logs.configure("worker")


setup_logging.connect(_write_as_we_do)
