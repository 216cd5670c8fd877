"""Reading shifts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from watchfloor.domain.shifts.models import Punch, Shift

SOON = timedelta(minutes=30)
"""Shifts that begin so soon are awaited: who is early shows."""


def going_on(now: datetime) -> QuerySet[Shift]:
    """Return the shifts that go on or begin soon."""
    return Shift.objects.filter(starts_at__lte=now + SOON, ends_at__gt=now)


def last_punch() -> datetime | None:
    """Return when somebody last checked in or out."""
    last: datetime | None = Punch.objects.aggregate(at=Max("at"))["at"]
    return last
