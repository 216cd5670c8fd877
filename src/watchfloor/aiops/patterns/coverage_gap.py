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
    within the hour, and fewer are expected than it requires.

    It is less grave where people of other shifts are on post. Who is checked in and on no shift may
    have forgotten to check out: that guards nothing.
    """
    for shift in site.shifts:
        if shift.start + GRACE <= site.at < shift.end and shift.required and not shift.present:
            others = sum(one.present for one in site.running)
            severity = Severity.HIGH if others else Severity.CRITICAL
            yield _found(site, shift, severity, _nobody(site, shift, others), others)
        elif 0 < shift.start - site.at <= HOUR and shift.expected < shift.required:
            missing = shift.required - shift.expected
            short = f"{missing} of {shift.required} are missing"
            title = f"{short} for {site.shift_called(shift)}, which begins within the hour"
            yield _found(site, shift, Severity.HIGH, title)


def _nobody(site: SiteObservation, shift: ShiftSeen, others: int) -> str:
    said = f"Nobody is on post on {site.shift_called(shift)}"
    if others:
        return f"{said}; on other shifts there: {others}"
    return (
        f"{said}; checked in there on no shift: {loose}" if (loose := len(site.on_post)) else said
    )


def _found(
    site: SiteObservation, shift: ShiftSeen, severity: Severity, title: str, others: int = 0
) -> FindingDraft:
    return FindingDraft(
        FINDING_TYPE,
        Category.OPERATIONAL,
        severity,
        site.site,
        title,
        "shift",
        shift.shift,
        {"start": shift.start, "required": shift.required, "expected": shift.expected,
         "present": shift.present, "on_other_shifts": others},
    )  # fmt: skip
