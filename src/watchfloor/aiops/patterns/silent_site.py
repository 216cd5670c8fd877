"""A site with people on post from which nothing was heard for an hour."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import HOUR, SiteObservation
from watchfloor.aiops.types import Severity

FINDING_TYPE = "CORRELATION_SILENT_SITE"


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """Somebody has been on post for an hour or longer, and nobody there used a phone, told a
    position, finished a task or scanned a checkpoint within it."""
    there = [one for one in site.on_post if site.at - (one.on_post_since or 0.0) >= HOUR]
    if not there or not site.covers or site.signs.total:
        return
    last = max((one.last_sign_at or 0.0 for one in site.people), default=0.0)
    yield FindingDraft(
        FINDING_TYPE,
        Category.OPERATIONAL,
        Severity.CRITICAL,
        site.site,
        f"{len(there)} on post at {site.called}, and no sign of any of them for an hour",
        evidence={"on_post": [one.person for one in there], "last_sign_at": last or None},
    )
