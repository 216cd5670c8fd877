"""Comparing each day of each watch once it is over, and having it rehearsed.

What an outage left out is made up for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import msgspec
from django.db import transaction
from django.db.models import F, Max

from watchfloor.noc.watching import calendar
from watchfloor.noc.watching.calendar import Day
from watchfloor.noc.watching.comparing import compare
from watchfloor.noc.watching.models import Watch, WatchedDay
from watchfloor.noc.watching.rehearsing import rehearse_days
from watchfloor.platform.jobs.tenants import apart
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import wait_for

MOST, MOST_OF_TENANT = 60, 10
"""Days in one run: a long outage is made up for in several, each well within its lease."""
LOCK = 0x57460007


def compare_days(now: datetime) -> int:
    """Compare what is due in all tenants; return how many days that were."""
    done = 0
    for tenant_id in _tenants():
        with apart(tenant_id, "watching.compare"):
            for watch, day in islice(_due(now), min(MOST_OF_TENANT, MOST - done)):
                done += _compare(watch, day, now)
            rehearse_days(now)
        if done == MOST:
            break
    return done


def _tenants() -> list[int]:
    """Return the tenants that ever watched, who waits longest first."""
    watches = Watch.everybody.using("system").values("tenant_id")
    waiting = watches.annotate(last=Max("days__computed_at"))
    ordered = waiting.order_by(F("last").asc(nulls_first=True), "tenant_id")
    return list(ordered.values_list("tenant_id", flat=True))


def _due(now: datetime) -> Iterator[tuple[Watch, Day]]:
    for watch in Watch.objects.select_related("client", "site").order_by("started_at"):
        done = set(watch.days.filter(is_stale=False).values_list("date", "ends_at"))
        for day in calendar.days(watch, now):
            if day.is_over(now) and (day.date, day.ends_at) not in done:
                yield watch, day


@transaction.atomic
def _compare(watch: Watch, day: Day, now: datetime) -> int:
    """Compare the day unless another process has meanwhile; return 1 if it was us."""
    wait_for(LOCK, require_tenant_id())
    row = watch.days.filter(date=day.date).first()
    if row is not None and not row.is_stale and row.ends_at == day.ends_at:
        return 0
    row = row or WatchedDay(watch=watch, date=day.date)
    row.starts_at, row.ends_at = day.starts_at, day.ends_at
    row.figures = msgspec.to_builtins(compare(watch, day.starts_at, day.ends_at))
    row.computed_at, row.is_stale, row.reports = now, False, None
    row.save()
    return 1
