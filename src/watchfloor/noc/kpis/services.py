"""Reading the figures off, and keeping those of a watch that ended."""

from __future__ import annotations

import time
from datetime import datetime

import msgspec
from django.db import transaction

from watchfloor.noc.kpis import counting, selectors
from watchfloor.noc.kpis.figures import Figures
from watchfloor.noc.kpis.models import KpiBaseline, KpiReading
from watchfloor.noc.watching.models import Watch
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.events import bus

READ = "kpis.read"


@transaction.atomic
def read_off(now: datetime, *, version: str = "") -> Figures:
    """Read the figures of the last day; where they differ from the last ones, open pages hear."""
    began = time.perf_counter()
    since = now - selectors.USUAL_PERIOD
    counting.count_hours(now, since=since)
    figures = selectors.figures(EVERYTHING, since=since, until=now)
    row = KpiReading.objects.select_for_update().get()
    before = selectors.figures_of(row)
    if before is None or _told(before) != _told(figures):
        bus.publish(READ, {}, at=now)
    row.at, row.figures, row.version = now, msgspec.to_builtins(figures), version
    row.cost = time.perf_counter() - began
    row.save(update_fields=["at", "figures", "version", "cost"])
    return figures


@transaction.atomic
def record_baseline(watch: Watch, now: datetime) -> KpiBaseline | None:
    """Keep the figures of all its time once it is over. Repeating it changes nothing."""
    if watch.ended_at is None:
        return None
    figures = selectors.figures(
        watch.scope, since=watch.started_at, until=watch.ended_at, at_desks=watch.operators
    )
    row, _ = KpiBaseline.objects.get_or_create(
        watch=watch,
        defaults={
            "starts_at": watch.started_at,
            "ends_at": watch.ended_at,
            "figures": msgspec.to_builtins(figures),
            "recorded_at": now,
        },
    )
    return row


def _told(figures: Figures) -> dict[str, object]:
    """Return what of the figures is shown: not when they were read."""
    shown = msgspec.structs.asdict(figures)
    for name in ("since", "until", "mean_load"):
        del shown[name]
    return shown | {"corrections_per_day": round(figures.corrections_per_day, 1)}
