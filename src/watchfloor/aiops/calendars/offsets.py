"""Where the clocks of a zone run evenly: stretches without a change to or from summer time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from watchfloor.aiops.types import Seconds

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` to before `end` the zone's clocks show UTC plus `offset` seconds."""

    start: Seconds
    end: Seconds
    offset: int


def stretches(zone: str, start: Seconds) -> Iterator[Stretch]:
    """Yield the time from `start` on in stretches of at most a day, without an end.

    Weak where: a zone changed its clocks twice within a day, which none has done in peace time.
    """
    while True:
        offset, end = offset_of(zone, start), start + DAY
        if offset_of(zone, end) != offset:
            end = _change(zone, start, end)
        yield Stretch(start, end, offset)
        start = end


def offset_of(zone: str, at: Seconds) -> int:
    """Return by how many seconds the zone's clocks are ahead of UTC.

    >>> offset_of("Europe/London", 1_783_000_000.0)
    3600
    """
    shown = datetime.fromtimestamp(at, _zone(zone)).utcoffset() or timedelta()
    return int(shown.total_seconds())


def wall(zone: str, at: Seconds) -> datetime:
    """Return what the clocks of the zone show, without a zone."""
    return datetime.fromtimestamp(at + offset_of(zone, at), UTC).replace(tzinfo=None)


def _change(zone: str, start: Seconds, end: Seconds) -> Seconds:
    """Return the second at which the offset of `start` ends. Clocks change at whole seconds."""
    before, last, first = offset_of(zone, start), int(start), int(end) + 1
    while first - last > 1:
        middle = (first + last) // 2
        if offset_of(zone, middle) == before:
            last = middle
        else:
            first = middle
    return min(float(first), end)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
