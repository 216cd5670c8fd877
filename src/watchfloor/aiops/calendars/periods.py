"""Days, weeks and months by the clocks of a place, each with something due some time after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from watchfloor.aiops.types import Seconds

_DAY = timedelta(days=1)


class Every(StrEnum):
    DAY = "day"
    WEEK = "week"
    """From Monday to Sunday."""
    MONTH = "month"


_LONGEST: Mapping[Every, timedelta] = {
    Every.DAY: _DAY,
    Every.WEEK: 7 * _DAY,
    Every.MONTH: 31 * _DAY,
}
"""From the first day of one, so long leads into the next."""


@dataclass(frozen=True, slots=True)
class Period:
    """From its first day to its last, both of them in it; what is due of it is due at `due_at`."""

    first: date
    last: date
    due_at: Seconds


def last_due(every: Every, grace: Seconds, at: Seconds, zone: ZoneInfo) -> Period:
    """Return the last one of which what is due `grace` after its end was due by the moment.

    >>> midnight = datetime(2026, 3, 3, tzinfo=ZoneInfo("UTC")).timestamp()
    >>> last_due(Every.DAY, 3600.0, midnight + 3599.0, ZoneInfo("UTC")).last
    datetime.date(2026, 3, 1)
    >>> last_due(Every.MONTH, 3600.0, midnight, ZoneInfo("UTC")).first
    datetime.date(2026, 2, 1)
    """
    going_on = _begin(every, datetime.fromtimestamp(at - grace, zone).date())
    return period_of(every, grace, going_on - _DAY, zone)


def latest(every: Every, grace: Seconds, at: Seconds, zone: ZoneInfo) -> Iterator[Period]:
    """Yield the one that goes on at the moment, then the ones before it, without end.

    >>> noon = datetime(2026, 3, 4, 12, tzinfo=ZoneInfo("UTC")).timestamp()
    >>> weeks = latest(Every.WEEK, 3600.0, noon, ZoneInfo("UTC"))
    >>> [next(weeks).first.day for _ in range(2)]
    [2, 23]
    """
    day = datetime.fromtimestamp(at, zone).date()
    while True:
        period = period_of(every, grace, day, zone)
        yield period
        day = period.first - _DAY


def period_of(every: Every, grace: Seconds, day: date, zone: ZoneInfo) -> Period:
    """Return the one that the day is in.

    >>> period_of(Every.MONTH, 3600.0, date(2026, 2, 14), ZoneInfo("UTC")).last
    datetime.date(2026, 2, 28)
    """
    first = _begin(every, day)
    end = _begin(every, first + _LONGEST[every])
    midnight = datetime.combine(end, time.min, zone).timestamp()
    return Period(first, end - _DAY, midnight + grace)


def _begin(every: Every, day: date) -> date:
    """Return the first day of the one that the day is in."""
    if every is Every.WEEK:
        return day - day.weekday() * _DAY
    return day.replace(day=1) if every is Every.MONTH else day
