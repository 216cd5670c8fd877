"""Keeps the figures of all tenants near: read anew where something happened since."""

from __future__ import annotations

from datetime import datetime, timedelta

from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.stream import Glance
from watchfloor.noc.kpis import counting, selectors, services
from watchfloor.noc.kpis.models import KpiReading
from watchfloor.platform.jobs.tenants import apart

EVERY = timedelta(seconds=5)
FADES = timedelta(minutes=1)
"""Without anything new, figures only fall, as things leave the period: looked at so often."""
RESTS = timedelta(hours=1)
"""Where nothing was shown lately, so often."""


def read_all(now: datetime) -> int:
    """Read the figures of the tenants for which they may have changed; return of how many."""
    known = {row.tenant_id: row for row in KpiReading.everybody.using("system")}
    due = [one for one in streams.glance() if _is_due(one, known.get(one.tenant_id), now)]
    for one in due:
        with apart(one.tenant_id, "kpis.read"):
            services.read_off(now, version=one.version)
    return len(due)


def _is_due(stream: Glance, row: KpiReading | None, now: datetime) -> bool:
    if row is None or row.at is None or (figures := selectors.figures_of(row)) is None:
        return True
    if row.version != stream.version:
        pause = timedelta(seconds=row.cost / counting.LARGEST_SHARE)
    else:
        pause = FADES if figures.shown else RESTS
    return not timedelta() <= now - row.at < pause
