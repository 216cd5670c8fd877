"""So much is late at once that no single ticket explains it."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import HOUR, SiteObservation
from watchfloor.aiops.types import Severity

FINDING_TYPE = "CORRELATION_SLA_STORM"
OVERDUE, DELAYED, ALERTS = 5, 3, 10


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """At least 5 tickets or tasks are overdue, at least 3 mandatory tours are past their end and
    unfinished, and at least 10 alerts began within the hour."""
    overdue = [one.ticket for one in site.tickets if one.is_overdue]
    delayed = [
        one.tour
        for one in site.tours
        if one.is_mandatory and one.finished_at is None and (one.end or site.at) < site.at
    ]
    alerts = sum(site.at - one.at <= HOUR for one in site.alarms)
    if len(overdue) >= OVERDUE and len(delayed) >= DELAYED and alerts >= ALERTS:
        yield FindingDraft(
            FINDING_TYPE,
            Category.OPERATIONAL,
            Severity.CRITICAL,
            site.site,
            f"{site.called} falls behind: {len(overdue)} tickets and {len(delayed)} tours are late,"
            f" {alerts} alerts in an hour",
            evidence={"overdue": overdue, "delayed_tours": delayed, "alerts": alerts},
        )
