"""Somebody who was heard of until the alarm, and not since."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import HOUR, MINUTE, SiteObservation
from watchfloor.aiops.titles import spoken
from watchfloor.aiops.types import Severity

FINDING_TYPE = "CORRELATION_GUARD_DISTRESS"
USUAL = 5
STILL = 20 * MINUTE
ALARMING = frozenset(
    {"INTRUSION", "GLASS_BREAK", "DOOR_FORCED", "PANIC", "SOS", "DURESS", "MAN_DOWN", "FIRE"}
)


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """An alarm that speaks of people or fire began here within the hour, 20 minutes ago or more;
    somebody on post gave at least 5 signs in the two hours, and none since the alarm."""
    alarms = [
        one
        for one in site.alarms
        if one.alert_type in ALARMING and STILL <= site.at - one.at <= HOUR
    ]
    if not alarms:
        return
    alarm = max(alarms, key=lambda one: one.at)
    for one in site.on_post:
        usual = (one.signs + one.signs_earlier).total
        if usual >= USUAL and one.last_sign_at is not None and one.last_sign_at <= alarm.at:
            yield FindingDraft(
                FINDING_TYPE,
                Category.SAFETY,
                Severity.CRITICAL,
                site.site,
                f"No sign of {one.person} since {spoken(alarm.alert_type)} at {site.called}",
                "person",
                one.person,
                {"alarm": alarm.alert_type, "alarm_at": alarm.at,
                 "last_sign_at": one.last_sign_at, "signs_in_two_hours": usual},
            )  # fmt: skip
