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
            yield _found(site, shift, Severity.CRITICAL, "has nobody on post")
        elif 0 < shift.start - site.at <= HOUR and shift.expected < shift.required:
            missing = shift.required - shift.expected
            yield _found(site, shift, Severity.HIGH, f"begins within the hour, {missing} missing")


def _found(site: SiteObservation, shift: ShiftSeen, severity: Severity, what: str) -> FindingDraft:
    return FindingDraft(
        FINDING_TYPE,
        Category.OPERATIONAL,
        severity,
        site.site,
        f"Shift {shift.shift} at {site.site} {what}",
        "shift",
        shift.shift,
        {"start": shift.start, "required": shift.required, "expected": shift.expected,
         "present": shift.present},
    )  # fmt: skip
