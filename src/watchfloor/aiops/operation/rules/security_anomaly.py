"""A sensor sees somebody where and when nobody should be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Reading
from watchfloor.aiops.operation.facts.site_areas import SiteAreasFacts, schedule_of, site_of
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.readings import is_clear
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.rules.sensing import sensed
from watchfloor.aiops.types import Seconds, Severity, canonical_type

BREAKING_IN = frozenset({"INTRUSION", "GLASS_BREAK"})
AT_THE_SHELL = BREAKING_IN | {"DOOR"}
INSIDE = AT_THE_SHELL | {"MOTION"}
_STATES = {
    "armed": ", while armed",
    "part_armed": ", while armed in part",
    "disarmed": ", disarmed out of hours",
}


class SecurityAnomaly(EventRule[SiteAreasFacts]):
    """Armed, all sensors count; armed in part, all but those of motion.

    Disarmed outside its hours, or where nobody told the state, only what breaks in; within its
    hours nothing. What the tenant counts as danger to people is told as that.
    """

    code: ClassVar[str] = "SECURITY_ANOMALY"
    subject: ClassVar[type[Facts]] = SiteAreasFacts
    tells_again_after: ClassVar[Seconds] = 60.0
    """Of one walk through a hall; not of who is back after the guard has left."""

    def sees(self, event: Event, facts: SiteAreasFacts, directory: Directory) -> Iterable[Standing]:
        if not isinstance(event, Reading) or is_clear(event):
            return
        kind, site = canonical_type(event.kind), site_of(event, directory)
        if kind in directory.own_life_safety:
            return
        if kind not in _counting(facts, event, site, directory):
            return
        state = facts.state(event.area)
        yield Standing(
            entity_type="site" if site else "device",
            entity_id=site or event.device,
            message=f"{sensed(event, kind, site, directory)}{_STATES.get(state, '')}",
            severity=Severity.HIGH if kind == "MOTION" else Severity.CRITICAL,
            key=f"{event.area}:{kind}",
            site=site,
            device=event.device,
            evidence={"area": event.area, "kind": kind, "arming": state or "unknown"},
        )


def _counting(
    facts: SiteAreasFacts, event: Reading, site: str, directory: Directory
) -> frozenset[str]:
    state = facts.state(event.area)
    if state == "armed":
        return INSIDE
    if state == "part_armed":
        return AT_THE_SHELL
    schedule = schedule_of(site, event.area, directory)
    is_within_hours = schedule.is_open(event.ts) if schedule else state == "disarmed"
    return frozenset() if is_within_hours else BREAKING_IN
