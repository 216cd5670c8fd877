"""An area is still open when its hours are over."""

from __future__ import annotations

from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.site_areas import Area
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rules.arming import ArmingRule
from watchfloor.aiops.types import Seconds, Severity

GRACE = Limit(
    name="late_to_close_minutes",
    default=15,
    unit="minutes",
    low=0,
    high=240,
    says="How long after its closing time an area may stay disarmed before it is told.",
)


class LateToClose(ArmingRule):
    """Resolved when the area is armed, and at its next opening."""

    code: ClassVar[str] = "LATE_TO_CLOSE"
    limits: ClassVar[tuple[Limit, ...]] = (GRACE,)
    severity: ClassVar[Severity] = Severity.MEDIUM
    says: ClassVar[str] = "is still disarmed, though it closed at {closing}"

    def told_from(self, area: Area, at: Seconds, directory: Directory) -> Seconds | None:
        closed = area.closed(at, directory)
        if closed is None or area.since > closed.since:
            return None
        return closed.since + 60 * directory.limit(GRACE.name, area.site)
