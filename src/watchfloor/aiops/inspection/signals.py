"""Signals that a site with people on post cannot do without."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns import silent_site
from watchfloor.aiops.patterns.observation import HOUR, SIGNALS, SiteObservation
from watchfloor.aiops.types import Severity

FINDING_TYPES = tuple(f"CRITICAL_SIGNAL_{name.upper()}_LOW" for name in SIGNALS)


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """Somebody has been on post for an hour, and fewer of a critical signal came within it than
    the site's schedule asks for. A site that is silent altogether is told of as that alone."""
    there = [one for one in site.on_post if site.at - (one.on_post_since or 0.0) >= HOUR]
    if not there or any(silent_site.seen(site)):
        return
    for name, least in site.thresholds.items():
        count = site.signs.of(name)
        if name in site.covers and count < least:
            yield FindingDraft(
                f"CRITICAL_SIGNAL_{name.upper()}_LOW",
                Category.DEVICE_HEALTH,
                Severity.HIGH,
                site.site,
                f"{count} {name.replace('_', ' ')} in an hour at {site.called}, {least} expected",
                evidence={
                    "count": count,
                    "least": least,
                    "by_person": {one.person: one.signs.of(name) for one in there},
                },
            )
