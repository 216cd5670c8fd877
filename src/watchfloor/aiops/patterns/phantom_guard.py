"""A phone that goes around, and nobody who works."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import HOUR, SiteObservation
from watchfloor.aiops.types import Severity

FINDING_TYPE = "CORRELATION_PHANTOM_GUARD"
LONG = 2 * HOUR
POSITIONS = 5


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """Somebody has been on post for two hours, told at least 5 positions in them, and finished
    no task and scanned no checkpoint. Only where tasks or checkpoints are told at all."""
    if not site.covers & {"tasks_completed", "tour_checkpoints"}:
        return
    for one in site.on_post:
        both = one.signs + one.signs_earlier
        is_long = site.at - (one.on_post_since or site.at) >= LONG
        if is_long and both.location_updates >= POSITIONS and not both.work:
            yield FindingDraft(
                FINDING_TYPE,
                Category.SECURITY,
                Severity.MEDIUM,
                site.site,
                f"{one.person} moves at {site.called} and has done no work for two hours",
                "person",
                one.person,
                {"location_updates": both.location_updates, "on_post_since": one.on_post_since},
            )
