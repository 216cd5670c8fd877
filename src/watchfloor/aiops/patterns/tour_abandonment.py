"""A tour that was begun, and then nothing more."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import MINUTE, SiteObservation, TourSeen
from watchfloor.aiops.types import Severity

FINDING_TYPE = "CORRELATION_TOUR_ABANDONMENT"
PAUSE = 30 * MINUTE


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """A tour was started, is not finished, has checkpoints left, and none was scanned for half
    an hour since the start or the last scan."""
    for tour in site.tours:
        since = _since(tour)
        if since is not None and site.at - since >= PAUSE:
            yield FindingDraft(
                FINDING_TYPE,
                Category.SECURITY,
                Severity.HIGH,
                site.site,
                f"{site.tour_called(tour)} stopped after {tour.scanned} of {tour.planned}"
                " checkpoints",
                "tour",
                tour.tour,
                {"person": tour.person, "since": since, "scanned": tour.scanned,
                 "planned": tour.planned},
            )  # fmt: skip


def _since(tour: TourSeen) -> float | None:
    """Return since when nothing was heard of a tour that goes on."""
    is_on = tour.started_at is not None and tour.finished_at is None
    if not is_on or (tour.planned and tour.scanned >= tour.planned):
        return None
    return max(tour.started_at or 0.0, tour.last_scan_at or 0.0)
