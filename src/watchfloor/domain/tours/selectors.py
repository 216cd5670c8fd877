"""Reading routes, and tours that matter at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from watchfloor.domain.tours.models import Route, Tour

REMEMBERED = timedelta(days=1)
"""After its end a tour that nobody walked matters so long."""


def checkpoints_by_route() -> dict[str, list[str]]:
    return dict(Route.objects.filter(is_active=True).values_list("code", "checkpoints"))


def around(now: datetime, look_back: timedelta) -> QuerySet[Tour]:
    """Return tours that are planned up to now or walked, and those finished within `look_back`."""
    is_open = Q(finished_at=None, cancelled_at=None) & (
        Q(ends_at__gt=now - REMEMBERED) | Q(heard_at__gt=now - REMEMBERED)
    )
    begun = Q(starts_at__lte=now) | Q(started_at__isnull=False)
    return Tour.objects.filter(is_open & begun | Q(finished_at__gte=now - look_back))
