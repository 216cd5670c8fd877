"""What was handed up, and is taken up by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import MINUTE, SiteObservation
from watchfloor.aiops.types import Severity

FINDING_TYPE = "CORRELATION_ESCALATION_BREAK"
STILL = 15 * MINUTE


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """A ticket was escalated at least once, is open, and nothing about it changed for 15
    minutes while it is assigned to nobody."""
    for one in site.tickets:
        if one.level and not one.is_assigned and site.at - one.moved_at >= STILL:
            yield FindingDraft(
                FINDING_TYPE,
                Category.OPERATIONAL,
                max(Severity.HIGH, one.severity),
                site.site,
                f"Ticket {one.ticket} at {site.called} is nobody's at level {one.level}",
                "ticket",
                one.ticket,
                {"level": one.level, "moved_at": one.moved_at, "opened_at": one.opened_at},
            )
