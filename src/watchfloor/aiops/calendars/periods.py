"""Days, weeks and months by the clocks of a place, each with something due some time after it."""

from __future__ import annotations

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
    end = _begin(every, datetime.fromtimestamp(at - grace, zone).date())
    midnight = datetime.combine(end, time.min, zone).timestamp()
    return Period(_begin(every, end - _DAY), end - _DAY, midnight + grace)


def _begin(every: Every, day: date) -> date:
    """Return the first day of the one that the day is in."""
    if every is Every.WEEK:
        return day - day.weekday() * _DAY
    return day.replace(day=1) if every is Every.MONTH else day
