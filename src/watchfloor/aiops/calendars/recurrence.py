"""When work comes again: times of the week, or cron's five fields, by the clocks of a place.

`Mon-Fri 08:00,20:00; Sat 09:00` or `0 8 1 * *`. A time that summer time leaves out comes as
much later as it left out; one that comes twice is meant once, the first time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from watchfloor.aiops.calendars.hours import days_of
from watchfloor.aiops.types import Seconds

CURE = "write times such as Mon-Fri 08:00,20:00; Sat 09:00, or cron such as 0 8 1 * *"
_TIME = re.compile(r"(\d{1,2}):(\d\d)")
_FIELD = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?")
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_ALL_DAYS = frozenset(range(7))
_ALL_DATES = frozenset(range(1, 32))
_ALL_MONTHS = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True)
class Rule:
    """Times of the day, on days of the week (0 for Monday), of the month, in months.

    As in cron, where both kinds of days are narrowed, either will do.
    """

    times: tuple[time, ...]
    weekdays: frozenset[int] = _ALL_DAYS
    dates: frozenset[int] = _ALL_DATES
    months: frozenset[int] = _ALL_MONTHS

    def holds_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        of_week, of_month = day.weekday() in self.weekdays, day.day in self.dates
        if self.weekdays != _ALL_DAYS and self.dates != _ALL_DATES:
            return of_week or of_month
        return of_week and of_month


def moments(times: str, zone: str, start: Seconds, end: Seconds) -> Iterator[Seconds]:
    """Yield when it comes after `start` and up to `end`, in order.

    >>> monday = 1_772_409_600.0
    >>> [(at - monday) / 3600 for at in moments("Mon 08:00,20:00", "UTC", monday, monday + 86400)]
    [8.0, 20.0]
    """
    rules, place = read(times), ZoneInfo(zone)
    day = datetime.fromtimestamp(start, place).date() - timedelta(days=1)
    last = datetime.fromtimestamp(end, place).date()
    while day <= last:
        clock = {one for rule in rules if rule.holds_on(day) for one in rule.times}
        found = {datetime.combine(day, one, place).timestamp() for one in clock}
        yield from sorted(at for at in found if start < at <= end)
        day += timedelta(days=1)


@lru_cache(maxsize=1_024)
def read(times: str) -> tuple[Rule, ...]:
    """Return the rules. Raises: ValueError that says how to write them."""
    parts = [part.split() for part in times.split(";") if part.strip()]
    if not parts:
        raise ValueError(CURE)
    return tuple(_cron(words) if len(words) == len(_BOUNDS) else _weekly(words) for words in parts)


def checked(times: str) -> str:
    """Return the times, which can be read. Raises: ValueError."""
    read(times)
    return times


def _weekly(words: list[str]) -> Rule:
    days = _days(words[0]) if len(words) == 2 else _ALL_DAYS
    times = words[-1].split(",")
    found = [_TIME.fullmatch(one) for one in times]
    if len(words) > 2 or not all(found):
        raise ValueError(CURE)
    try:
        clock = tuple(time(int(one[1]), int(one[2])) for one in found if one)
    except ValueError:
        raise ValueError(CURE) from None
    return Rule(clock, days)


def _days(text: str) -> frozenset[int]:
    try:
        return days_of(text)
    except ValueError:
        raise ValueError(CURE) from None


def _cron(words: list[str]) -> Rule:
    minutes, hours, dates, months, weekdays = (
        _field(word, low, high) for word, (low, high) in zip(words, _BOUNDS, strict=True)
    )
    clock = tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes))
    # Cron counts from Sunday, as 0 or 7.
    return Rule(clock, frozenset((day - 1) % 7 for day in weekdays), dates, months)


def _field(word: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in word.split(","):
        match = _FIELD.fullmatch(part)
        if match is None:
            raise ValueError(CURE)
        first = low if match[1] is None else int(match[1])
        last = high if match[1] is None or (match[3] and not match[2]) else int(match[2] or first)
        step = int(match[3] or 1)
        if not low <= first <= last <= high or step < 1:
            raise ValueError(CURE)
        found.update(range(first, last + 1, step))
    return frozenset(found)
