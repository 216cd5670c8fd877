"""To which shift a punch belongs that names none: most terminals know no shifts.

A check-in is for the shift on which its person is rostered there that begins nearest. A check-out
is for the one that the person checked in to last, else for the one that ends nearest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from watchfloor.aiops.operation.events import Punch
from watchfloor.aiops.types import Seconds

AROUND: Seconds = 2 * 3600.0
"""So long before its start somebody arrives for a shift, and so long after its end leaves it."""
STAYED: Seconds = 16 * 3600.0
"""So long after its end somebody leaves who was there all the time."""


class Stand(NamedTuple):
    """A person on a shift: rostered for it, or come without."""

    shift: str
    site: str
    start: Seconds
    end: Seconds
    is_rostered: bool = True
    came_at: Seconds | None = None
    left_at: Seconds | None = None

    def after(self, punch: Punch) -> Stand:
        if punch.kind == "break_start":
            return self
        if punch.kind in ("check_in", "break_end"):
            is_back = self.left_at is not None and self.left_at <= punch.ts
            came_at = min(punch.ts, self.came_at or punch.ts)
            return self._replace(came_at=came_at, left_at=None if is_back else self.left_at)
        return self._replace(left_at=max(punch.ts, self.left_at or punch.ts))


def placed(punches: Sequence[Punch], stands: Mapping[str, Iterable[Stand]]) -> list[Punch]:
    """Return the punches in their order, each with its shift where there is one.

    `stands` by person. A punch without a site may be for a shift anywhere.
    """
    own = {person: {one.shift: one for one in some} for person, some in stands.items()}
    found = list(punches)
    for index in sorted(range(len(punches)), key=lambda index: punches[index].ts):
        punch, standing = punches[index], own.get(punches[index].person, {})
        shift = punch.shift or _shift_of(punch, standing.values())
        if shift in standing:
            standing[shift] = standing[shift].after(punch)
        if shift != punch.shift:
            found[index] = msgspec.structs.replace(punch, shift=shift)
    return found


def _shift_of(punch: Punch, stands: Collection[Stand]) -> str:
    there = [one for one in stands if not punch.site or punch.site == one.site]
    one = _came_to(punch.ts, there) if punch.kind == "check_in" else _left(punch.ts, there)
    return one.shift if one else ""


def _came_to(at: Seconds, stands: Iterable[Stand]) -> Stand | None:
    fitting = [one for one in stands if one.is_rostered and one.start - AROUND <= at < one.end]
    return min(fitting, key=lambda one: (abs(at - one.start), one), default=None)


def _left(at: Seconds, stands: Iterable[Stand]) -> Stand | None:
    came: list[tuple[Seconds, Stand]] = []
    missed: list[tuple[Seconds, Stand]] = []
    for one in stands:
        if one.came_at is not None and one.came_at <= at <= one.end + _over(one):
            came.append((one.came_at, one))
        elif one.is_rostered and one.start <= at <= one.end + AROUND:
            missed.append((abs(at - one.end), one))
    if came:
        return max(came)[1]
    return min(missed)[1] if missed else None


def _over(one: Stand) -> Seconds:
    return STAYED if one.left_at is None else AROUND
