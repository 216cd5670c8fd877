"""An area is left disarmed for long outside its hours: nothing guards it."""

from __future__ import annotations

from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.site_areas import Area
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rules.arming import ArmingRule
from watchfloor.aiops.types import Seconds, Severity

LONGEST = Limit(
    name="not_armed_minutes",
    default=60,
    unit="minutes",
    low=5,
    high=720,
    says="How long an area may be disarmed outside its hours before it counts as left so.",
)


class NotArmed(ArmingRule):
    """Resolved when the area is armed, and at its next opening."""

    code: ClassVar[str] = "NOT_ARMED"
    limits: ClassVar[tuple[Limit, ...]] = (LONGEST,)
    severity: ClassVar[Severity] = Severity.HIGH
    says: ClassVar[str] = "is left disarmed, closed since {closing}"

    def told_from(self, area: Area, at: Seconds, directory: Directory) -> Seconds | None:
        closed = area.closed(at, directory)
        if closed is None:
            return None
        begun = max(area.since, closed.since)
        return begun + 60 * directory.limit(LONGEST.name, area.site)
