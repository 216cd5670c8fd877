"""The figures of the floor as gauges: of the tenant of who asks, else of all together.

No tenant is named: this machine is answered without a key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily

from watchfloor.noc.kpis import selectors
from watchfloor.noc.kpis.figures import Figures
from watchfloor.noc.kpis.models import KpiReading
from watchfloor.platform.accounts.scope import Viewer

_OF_THE_DAY = "of the last 24 hours"
SUMS = {
    "operators": "People with a live session in the last ten minutes; at least one in a tenant.",
    "alerts": f"Alerts that began, {_OF_THE_DAY}.",
    "deduped": f"What plain de-duplication would have shown, {_OF_THE_DAY}.",
    "incidents": f"Incidents shown, {_OF_THE_DAY}.",
    "corrections": f"Corrections of grouping by people, {_OF_THE_DAY}.",
}


def kpi_gauges(viewer: Viewer | None, now: datetime) -> Iterator[GaugeMetricFamily]:
    """Yield the figures as the scheduler read them last; none for who sees a part of a tenant."""
    if viewer is not None and not viewer.scope.all_clients:
        return
    rows = KpiReading.everybody.using("system").exclude(at=None).filter(tenant__is_active=True)
    if viewer is not None:
        rows = rows.filter(tenant_id=viewer.tenant_id)
    read = list(rows)
    figures = [one for row in read if (one := selectors.figures_of(row)) is not None]
    yield from _sums(figures)
    yield from _shares(figures)
    quiet = GaugeMetricFamily(
        "watchfloor_kpi_kept_quiet",
        f"Alerts that are kept quiet, {_OF_THE_DAY}, by reason.",
        labels=["reason"],
    )
    for reason, number in sum((Counter(one.quiet) for one in figures), Counter()).items():
        quiet.add_metric([reason], number)
    yield quiet
    yield _gauge(
        "age_seconds",
        "How long ago the oldest of these figures were read; anew where something changes.",
        max((max(0.0, (now - row.at).total_seconds()) for row in read if row.at), default=0.0),
    )


def _sums(figures: Sequence[Figures]) -> Iterator[GaugeMetricFamily]:
    for name, meaning in SUMS.items():
        yield _gauge(name, meaning, sum(getattr(one, name) for one in figures))


def _shares(figures: Sequence[Figures]) -> Iterator[GaugeMetricFamily]:
    alerts, deduped, incidents = (
        sum(getattr(one, name) for one in figures) for name in ("alerts", "deduped", "incidents")
    )
    meaning = "Incidents shown in ten minutes for each operator; accepted 1, flood over 10."
    worst = max((one.load for one in figures), default=0.0)
    yield _gauge("load", f"{meaning} Of several tenants the highest.", worst)
    if incidents:
        text = f"Alerts for each incident shown, {_OF_THE_DAY}."
        yield _gauge("alerts_per_incident", text, alerts / incidents)
    if deduped:
        text = f"What grouping saves over plain de-duplication, {_OF_THE_DAY}."
        yield _gauge("cut", text, 1 - incidents / deduped)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"watchfloor_kpi_{name}", meaning, value=value)
