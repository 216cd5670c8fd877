"""Reports that a site is to hand in, and has not."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.calendars.periods import Every
from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import ReportOwed, SiteObservation
from watchfloor.aiops.types import Severity

DAILY, MISSING = "DAILY_REPORT_MISSING", "COMPLIANCE_REPORT_MISSING"
NEVER = "COMPLIANCE_REPORT_NEVER_GENERATED"


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """The report of the last day, week or month that is due was not filed. One of a week or month
    is graver, and more so where none of its kind was ever filed."""
    for one in site.reports:
        if one.is_filed:
            continue
        if one.every is Every.DAY:
            yield _found(DAILY, Severity.MEDIUM, site, one, f"of {one.first} is missing")
        elif one.was_ever_filed:
            told = f"of {one.first} to {one.last} is missing"
            yield _found(MISSING, Severity.HIGH, site, one, told)
        else:
            told = f"of each {one.every} was never filed"
            yield _found(NEVER, Severity.CRITICAL, site, one, told)


def _found(
    finding_type: str, severity: Severity, site: SiteObservation, one: ReportOwed, told: str
) -> FindingDraft:
    return FindingDraft(
        finding_type,
        Category.COMPLIANCE,
        severity,
        site.site,
        f"The report {one.report} of {site.called} {told}",
        "report",
        one.report,
        {"first": one.first, "last": one.last, "due_at": one.due_at},
    )
