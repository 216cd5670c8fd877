"""A shift that nobody stands, or that nobody will."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import HOUR, MINUTE, ShiftSeen, SiteObservation
from watchfloor.aiops.types import Severity

FINDING_TYPE = "CORRELATION_COVERAGE_GAP"
GRACE = 15 * MINUTE


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """A shift requires people and has none on post 15 minutes after its start; or it begins
    within the hour, and fewer are expected than it requires."""
    for shift in site.shifts:
        if shift.start + GRACE <= site.at < shift.end and shift.required and not shift.present:
            title = f"Nobody is on post on {site.shift_called(shift)}"
            yield _found(site, shift, Severity.CRITICAL, title)
        elif 0 < shift.start - site.at <= HOUR and shift.expected < shift.required:
            missing = shift.required - shift.expected
            short = f"{missing} of {shift.required} are missing"
            title = f"{short} for {site.shift_called(shift)}, which begins within the hour"
            yield _found(site, shift, Severity.HIGH, title)


def _found(site: SiteObservation, shift: ShiftSeen, severity: Severity, title: str) -> FindingDraft:
    return FindingDraft(
        FINDING_TYPE,
        Category.OPERATIONAL,
        severity,
        site.site,
        title,
        "shift",
        shift.shift,
        {"start": shift.start, "required": shift.required, "expected": shift.expected,
         "present": shift.present},
    )  # fmt: skip
