"""A phone of which one half works."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import SiteObservation
from watchfloor.aiops.types import Severity

NO_POSITIONS, NO_EVENTS = "CORRELATION_DEVICE_GPS_FAILURE", "CORRELATION_DEVICE_PHONE_FAILURE"
ENOUGH = 5


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """Somebody on post gave at least 5 signs of one kind, phone events or positions, within the
    hour, and none of the other. Only where both kinds are told at all."""
    if not site.covers >= {"phone_events", "location_updates"}:
        return
    for one in site.on_post:
        events, positions = one.signs.phone_events, one.signs.location_updates
        if events >= ENOUGH and not positions:
            yield _found(NO_POSITIONS, site, one.person, "is used and tells no position", events)
        elif positions >= ENOUGH and not events:
            yield _found(NO_EVENTS, site, one.person, "tells positions only", positions)


def _found(
    finding_type: str, site: SiteObservation, person: str, what: str, count: int
) -> FindingDraft:
    return FindingDraft(
        finding_type,
        Category.DEVICE_HEALTH,
        Severity.HIGH,
        site.site,
        f"The phone of {person} at {site.called} {what}",
        "person",
        person,
        {"signs_of_the_other_kind": count},
    )
