"""Who is on post: what a rostered or unexpected person is at a moment of a shift."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from watchfloor.aiops.types import Seconds

LATE: Seconds = 15 * 60


class Presence(StrEnum):
    PRESENT = "present"
    LATE = "late"
    """Present, and came late."""
    UNEXPECTED = "unexpected"
    """Present, and not rostered."""
    AWAITED = "awaited"
    """Not there, and not late yet."""
    MISSING = "missing"
    ON_BREAK = "on_break"
    """Away for as long as the place is held."""
    LEFT = "left"
    ON_LEAVE = "on_leave"


HERE = frozenset({Presence.PRESENT, Presence.LATE, Presence.UNEXPECTED, Presence.ON_BREAK})


@dataclass(frozen=True, slots=True)
class Standing:
    """A person on a shift, as it is known at a moment."""

    starts_at: Seconds
    is_rostered: bool
    is_on_leave: bool
    came_at: Seconds | None
    left_at: Seconds | None
    break_over_at: Seconds | None = None
    """Until when the place is held of somebody on a break."""

    def at(self, now: Seconds) -> Presence:
        """Return what the person is. Whoever is there is there, on leave or not.

        >>> Standing(0.0, True, False, came_at=None, left_at=None).at(16 * 60)
        <Presence.MISSING: 'missing'>
        """
        if self.came_at is not None:
            return self._after_coming(self.came_at, now)
        if self.is_on_leave:
            return Presence.ON_LEAVE
        return Presence.MISSING if now > self.starts_at + LATE else Presence.AWAITED

    def _after_coming(self, came_at: Seconds, now: Seconds) -> Presence:
        if self.left_at is not None:
            return Presence.LEFT
        if self.break_over_at is not None:
            return Presence.ON_BREAK if now < self.break_over_at else Presence.LEFT
        if not self.is_rostered:
            return Presence.UNEXPECTED
        return Presence.LATE if came_at > self.starts_at + LATE else Presence.PRESENT
