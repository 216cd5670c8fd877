"""Which hour of the site's week an hour was: 168 slots, and 24 more for holidays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

HOURS_OF_WEEK = 168
SLOTS = HOURS_OF_WEEK + 24
"""A holiday is like no day of the week: its hours have slots of their own."""
HOUR = 3600
Slots = NDArray[np.int64]


def hour_of(at: float) -> int:
    """Return the number of the hour that holds the moment, counted from 1970 in UTC."""
    return int(at // HOUR)


def slot_of(hour: int, zone: str, holidays: Collection[date] = ()) -> int:
    """Return the slot in which the hour begins on the site's clock. Monday midnight is 0.

    >>> slot_of(hour_of(1767571200), "UTC"), slot_of(hour_of(1767571200), "Asia/Tokyo")
    (0, 9)
    """
    local = datetime.fromtimestamp(hour * HOUR, UTC).astimezone(ZoneInfo(zone))
    if local.date() in holidays:
        return HOURS_OF_WEEK + local.hour
    return local.weekday() * 24 + local.hour


def slots_of(first: int, hours: int, zone: str, holidays: Collection[date] = ()) -> Slots:
    """Return the slot of each of so many hours, `first` being the first.

    A day at a time: only where the clock changes within it is each hour asked.
    """
    found: list[int] = []
    while len(found) < hours:
        found += _day(first + len(found), zone, holidays)
    return np.array(found[:hours], dtype=np.int64)


def _day(hour: int, zone: str, holidays: Collection[date]) -> list[int]:
    """Return the slots from `hour` to the end of its local day."""
    clock = ZoneInfo(zone)
    local = datetime.fromtimestamp(hour * HOUR, UTC).astimezone(clock)
    left = 24 - local.hour
    last = datetime.fromtimestamp((hour + left - 1) * HOUR, UTC).astimezone(clock)
    if last.utcoffset() != local.utcoffset():
        return [slot_of(hour + ahead, zone, holidays) for ahead in range(left)]
    begin = slot_of(hour, zone, holidays)
    return list(range(begin, begin + left))
