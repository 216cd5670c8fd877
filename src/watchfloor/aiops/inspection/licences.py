"""Licences that end soon or have ended, of people who are to stand where they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.patterns.observation import LicenceSeen, SiteObservation
from watchfloor.aiops.types import Severity

EXPIRING, EXPIRED = "LICENCE_EXPIRING", "LICENCE_EXPIRED"
WARNING = Limit(
    name="licence_warning_days",
    default=30,
    unit="days",
    low=0,
    high=365,
    says="How many days before its end a licence that nobody renewed is a finding.",
)
LIMITS: Mapping[str, Limit] = {WARNING.name: WARNING}


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """A licence ends within the days that the site asks for, or has ended. Either is graver where
    its holder is rostered beyond the end on a post that needs it."""
    for one in site.licences:
        if one.days_left < 0:
            severity = Severity.HIGH if one.shift else Severity.LOW
            yield _found(EXPIRED, severity, site, one, "ended", "needs it")
        elif one.days_left <= one.warned_days:
            severity = Severity.MEDIUM if one.shift else Severity.LOW
            yield _found(EXPIRING, severity, site, one, "ends", "needs it after that")


def _found(
    finding_type: str,
    severity: Severity,
    site: SiteObservation,
    one: LicenceSeen,
    ends: str,
    needs: str,
) -> FindingDraft:
    told = f"Licence {one.skill} of {one.person} {ends} on {one.last}"
    return FindingDraft(
        finding_type,
        Category.COMPLIANCE,
        severity,
        site.site,
        f"{told}; shift {one.shift} {needs}" if one.shift else told,
        "licence",
        f"{one.person}/{one.skill}",
        {"person": one.person, "skill": one.skill, "valid_until": one.last,
         "days_left": one.days_left, "shift": one.shift, "shift_starts_at": one.shift_starts_at},
    )  # fmt: skip
