"""Departures as findings: found while they last, gone when they end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from watchfloor.aiops.findings.draft import FindingDraft
from watchfloor.aiops.types import Severity
from watchfloor.noc.findings.recording import Looked, Recorded, record
from watchfloor.sensing.baselines.metrics import Metric
from watchfloor.sensing.baselines.models import BaselineDeparture

GRAVE = 1e-3
"""Of a budget: what is so much rarer than it allows."""


def tell(metric: Metric, rows: Sequence[BaselineDeparture], *, now: datetime) -> None:
    """Record a finding for each of the departures, and let those that are over be gone."""
    if not rows:
        return
    _link(rows, metric, record([draft_of(metric, row) for row in rows], now=now))
    over = [row for row in rows if row.is_over]
    for side in {row.side for row in over}:
        ended = frozenset(row.profile.site.code for row in over if row.side == side)
        going_on = [
            draft_of(metric, row)
            for row in rows
            if not row.is_over and row.side == side and row.profile.site.code in ended
        ]
        looked = Looked(ended, frozenset({type_of(metric, side)}))
        record(going_on, now=now, looked=looked)


def type_of(metric: Metric, side: str) -> str:
    return f"ANOMALY_{metric.code}_{side}".upper()


def draft_of(metric: Metric, row: BaselineDeparture) -> FindingDraft:
    """Return the finding. What rests on few samples is noted, and tells nobody."""
    hours = "an hour" if row.span == 1 else f"{row.span} hours"
    return FindingDraft(
        finding_type=type_of(metric, row.side),
        category=metric.category,
        severity=_severity(row),
        site=row.profile.site.code,
        title=f"{metric.name}: {row.count:,} in {hours}, {row.expected:,.1f} expected",
        evidence={
            "metric": metric.code,
            "count": row.count,
            "expected": round(row.expected, 2),
            "hours": row.span,
            "began_at": row.began_at.timestamp(),
            "by_chance_a_week": row.a_week,
            "budget": row.profile.budget,
            "rests_on_few_samples": not row.is_stable,
        },
    )


def _severity(row: BaselineDeparture) -> Severity:
    if not row.is_stable:
        return Severity.LOW
    return Severity.HIGH if row.a_week < GRAVE * row.profile.budget else Severity.MEDIUM


def _link(rows: Iterable[BaselineDeparture], metric: Metric, recorded: Recorded) -> None:
    found = {(one.site_id, one.finding_type): one for one in (*recorded.opened, *recorded.again)}
    for row in rows:
        row.finding = found.get((row.profile.site_id, type_of(metric, row.side)))
    BaselineDeparture.objects.bulk_update(rows, ["finding"])
