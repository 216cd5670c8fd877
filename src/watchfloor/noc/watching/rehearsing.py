"""The rehearsal of each watched day: its reports replayed under what decides now.

It says what grouping makes of the day as a whole, beside plain de-duplication and what operators
said, which the live figures of a day that began in the middle of a storm cannot.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from watchfloor.noc.rehearsal import history, services
from watchfloor.noc.rehearsal import selectors as rehearsals
from watchfloor.noc.rehearsal.models import Rehearsal, RehearsalState
from watchfloor.noc.rehearsal.timing import WARM_UP
from watchfloor.noc.watching.models import WatchedDay
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.errors import Conflict

MOST_REPORTS = 100_000
"""Of the day and its warm-up: about half a minute of a worker. Larger days wait for a person."""
TRIED_FOR = timedelta(hours=1)
"""After it was compared: so long may another rehearsal be in the way."""
RECENT = timedelta(days=2)
"""Days that an outage left behind are compared, and rehearsed only if they are as new as this."""
_SHOWN = (RehearsalState.QUEUED, RehearsalState.RUNNING, RehearsalState.DONE)


def of_days(days: Collection[WatchedDay]) -> dict[UUID, Rehearsal]:
    """Return the newest rehearsal of exactly the time of each day, failed and cancelled left out.

    By day; one query, results included.
    """
    found = Rehearsal.objects.filter(
        state__in=_SHOWN, starts_at__in=[day.starts_at for day in days]
    )
    by_time = {(one.starts_at, one.ends_at): one for one in found.order_by("created_at", "id")}
    times = {day.pk: (day.starts_at, day.ends_at) for day in days}
    return {pk: by_time[time] for pk, time in times.items() if time in by_time}


def rehearse_days(now: datetime) -> int:
    """Ask for the rehearsals of days that were just compared, in the tenant in scope.

    One at a time, as for people; what a person cancelled or what failed is not asked for again.
    Returns how many were asked for.
    """
    new = WatchedDay.objects.filter(
        computed_at__range=(now - TRIED_FOR, now), ends_at__range=(now - RECENT, now)
    )
    by_time = {(day.starts_at, day.ends_at): day for day in new.order_by("ends_at", "-id")}
    for (starts_at, ends_at), day in reversed(by_time.items()):
        asked = Rehearsal.objects.filter(starts_at=starts_at, ends_at=ends_at)
        if not asked.exists() and 0 < _reports(day) <= MOST_REPORTS:
            return _ask(day, now)
    return 0


def _reports(day: WatchedDay) -> int:
    """Return how many reports its rehearsal would replay, counted once: in a large day it takes
    seconds, and the day is looked at for an hour."""
    if day.reports is None:
        day.reports = history.count(day.starts_at - WARM_UP, day.ends_at, most=MOST_REPORTS + 1)
        same = WatchedDay.objects.filter(starts_at=day.starts_at, ends_at=day.ends_at)
        same.update(reports=day.reports)
    return day.reports


def _ask(day: WatchedDay, now: datetime) -> int:
    enabled = rehearsals.enabled()
    try:
        services.rehearse(
            starts_at=day.starts_at,
            ends_at=day.ends_at,
            document=enabled.document if enabled else {},
            operators=min(int(day.figures["operators"]), services.MOST_OPERATORS),
            configuration=enabled,
            by=SYSTEM,
            now=now,
        )
    except Conflict:  # one is under way: the next run tries again
        return 0
    return 1
