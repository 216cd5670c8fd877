"""Too few people for the work there is."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import MINUTE, SiteObservation
from watchfloor.aiops.types import Severity

FINDING_TYPE = "CORRELATION_RESOURCE_SHORTAGE"
GRACE = 15 * MINUTE
EACH = 3
"""Late tickets and tours for each one present, more than which are too many."""


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """Somebody is on post, but fewer than the running shifts require 15 minutes after their
    start, and more than 3 late tickets and tours fall to each of those who are there."""
    settled = [one for one in site.running if site.at - one.start >= GRACE]
    required, present = sum(one.required for one in settled), sum(one.present for one in settled)
    late = [one.ticket for one in site.tickets if one.is_overdue] + [
        one.tour for one in site.tours if one.finished_at is None and (one.end or site.at) < site.at
    ]
    if 0 < present < required and len(late) > EACH * present:
        yield FindingDraft(
            FINDING_TYPE,
            Category.OPERATIONAL,
            Severity.HIGH,
            site.site,
            f"{present} of {required} on post at {site.called}, {len(late)} tickets or tours late",
            evidence={"present": present, "required": required, "late": late},
        )
