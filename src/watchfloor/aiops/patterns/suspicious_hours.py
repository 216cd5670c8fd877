"""Signs of people where nobody is to be."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import SiteObservation
from watchfloor.aiops.types import Severity

FINDING_TYPE = "CORRELATION_SUSPICIOUS_HOURS"
ENOUGH = 3


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """No shift ran here within the last hour nor begins within the next, and yet somebody who is
    on none gave at least 3 signs of being here within the hour: who is off duty with the phone in
    hand names no site, and may be anywhere. At night (22 to 6) it is graver.

    A site that never had a shift has no hours, and nobody is suspicious there: `covers` has no
    "shifts" then.
    """
    if "shifts" not in site.covers or site.shifts:
        return
    for one in site.people:
        signs = one.signs.total - one.without_site
        if not one.is_rostered and signs >= ENOUGH:
            yield FindingDraft(
                FINDING_TYPE,
                Category.SECURITY,
                Severity.HIGH if site.is_night else Severity.MEDIUM,
                site.site,
                f"{one.person} is about at {site.called}, where no shift is",
                "person",
                one.person,
                {"signs": signs, "local_hour": site.local_hour},
            )
