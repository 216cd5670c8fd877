"""Tours that are late, and tours that left out too much."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import HOUR, MINUTE, SiteObservation, TourSeen
from watchfloor.aiops.types import Severity

OVERDUE, COVERAGE_LOW = "TOUR_OVERDUE", "CHECKPOINT_COVERAGE_LOW"
GRACE = 30 * MINUTE
LEAST_COVERAGE = 0.8
LOOK_BACK = 2 * HOUR


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """A mandatory tour is not finished half an hour after its end; or one that was finished
    within two hours left out more than a fifth of its checkpoints."""
    for tour in site.tours:
        if tour.finished_at is None:
            if tour.is_mandatory and tour.end is not None and site.at >= tour.end + GRACE:
                late = round((site.at - tour.end) / MINUTE)
                title = f"{site.tour_called(tour)} is {late} minutes late"
                yield _found(OVERDUE, Severity.HIGH, site, tour, title)
        elif site.at - tour.finished_at <= LOOK_BACK and _share(tour) < LEAST_COVERAGE:
            title = f"{site.tour_called(tour)} scanned {tour.scanned} of {tour.planned} checkpoints"
            yield _found(COVERAGE_LOW, Severity.MEDIUM, site, tour, title)


def _share(tour: TourSeen) -> float:
    return tour.scanned / tour.planned if tour.planned else 1.0


def _found(
    finding_type: str, severity: Severity, site: SiteObservation, tour: TourSeen, title: str
) -> FindingDraft:
    evidence = {
        "person": tour.person,
        "end": tour.end,
        "started_at": tour.started_at,
        "scanned": tour.scanned,
        "planned": tour.planned,
    }
    return FindingDraft(
        finding_type, Category.SECURITY, severity, site.site, title, "tour", tour.tour, evidence
    )
