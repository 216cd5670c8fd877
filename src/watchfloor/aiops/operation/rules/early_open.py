"""An area is disarmed well before its hours begin."""

from __future__ import annotations

from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.site_areas import Area
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rules.arming import ArmingRule
from watchfloor.aiops.types import Seconds, Severity

EARLIEST = Limit(
    name="early_open_minutes",
    default=30,
    unit="minutes",
    low=0,
    high=240,
    says="How long before its opening time an area may be disarmed without being told.",
)


class EarlyOpen(ArmingRule):
    """Resolved when the area is armed again, and at its opening."""

    code: ClassVar[str] = "EARLY_OPEN"
    limits: ClassVar[tuple[Limit, ...]] = (EARLIEST,)
    severity: ClassVar[Severity] = Severity.MEDIUM
    says: ClassVar[str] = "was disarmed at {disarmed}, though it opens at {opening}"

    def told_from(self, area: Area, at: Seconds, directory: Directory) -> Seconds | None:
        closed = area.closed(at, directory)
        if closed is None or area.since <= closed.since:
            return None
        earliest = closed.until - 60 * directory.limit(EARLIEST.name, area.site)
        return area.since if area.since < earliest else None
