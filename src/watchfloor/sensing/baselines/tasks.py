"""Counting and tuning for every tenant, made up for after an outage."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from watchfloor.platform.accounts import organisation
from watchfloor.platform.jobs.tenants import apart
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.baselines import counting, tuning
from watchfloor.sensing.baselines.models import BaselineClock
from watchfloor.sensing.reactive import store

EVERY = timedelta(minutes=2)
TUNED_ON, TUNED_AT = 6, time(3)
"""Sunday at three."""


def count_all(now: datetime) -> None:
    """Go on to the last settled hour everywhere; tune where a Sunday has passed since."""
    left = counting.MOST
    tenants = Tenant.objects.using("system").order_by("pk").exclude(pk__in=store.unsettled(now))
    for tenant_id in tenants.values_list("pk", flat=True):
        with apart(tenant_id, "baselines.count"):
            left -= counting.catch_up(now, left)
            tune_due(now)


@transaction.atomic
def tune_due(now: datetime) -> int:
    """Tune the tenant in scope unless it was since the last Sunday; return how many budgets."""
    due = last_sunday(now, organisation.read().time_zone or "UTC")
    clocks = list(BaselineClock.objects.select_for_update().order_by("metric"))
    if not clocks or all(one.tuned_at and one.tuned_at >= due for one in clocks):
        return 0
    BaselineClock.objects.update(tuned_at=now)
    return tuning.tune(now)


def last_sunday(now: datetime, zone: str) -> datetime:
    """Return the last moment at which tuning was due by the clock of the zone."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() - timedelta(days=(local.weekday() - TUNED_ON) % 7)
    due = datetime.combine(day, TUNED_AT, local.tzinfo)
    return due if due <= local else due - timedelta(days=7)
