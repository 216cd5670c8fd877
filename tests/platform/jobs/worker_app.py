"""The floor's Celery application with a few tasks to watch: `celery -A <this> worker`."""

from __future__ import annotations

import time
from pathlib import Path

import django
from celery import shared_task
from django.utils import timezone

django.setup()

from tests.make import unique  # noqa: E402  models can be imported only now
from watchfloor.config.celery import app  # noqa: E402
from watchfloor.platform.accounts.models import Integration  # noqa: E402
from watchfloor.platform.jobs.task import IdempotentTask  # noqa: E402

__all__ = ["app"]


@shared_task(base=IdempotentTask, name="tests.note")  # type: ignore[untyped-decorator]
def note(label: str, *, wait_for: str = "", fail_without: str = "") -> None:
    """Leave a row of the tenant; then wait for one file, or fail for want of another."""
    Integration.objects.create(name=unique(label), dialect=label, created_at=timezone.now())
    if fail_without and not Path(fail_without).exists():
        Path(fail_without).touch()
        raise ValueError("not this time")
    while wait_for and not Path(wait_for).exists():
        Path(wait_for + ".waiting").touch()
        time.sleep(0.05)
