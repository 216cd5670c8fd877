"""Hours of the week, as people write them: when to call somebody, when an order holds.

`Mon-Fri 08:00-18:00; Sat 09:00-12:00`. Without days: every day. Without times: all day. A time
that ends before it begins goes past midnight, and belongs to the day on which it began.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CURE = "write hours such as Mon-Fri 08:00-18:00; Sat 09:00-12:00, or leave them empty"
_SPAN = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """Days of the week, 0 for Monday, and minutes of the day between which it holds."""

    days: frozenset[int]
    begin: int = 0
    end: int = _MINUTES_OF_A_DAY

    def covers(self, weekday: int, minute: int) -> bool:
        if self.begin < self.end:
            return weekday in self.days and self.begin <= minute < self.end
        late = weekday in self.days and minute >= self.begin
        return late or ((weekday - 1) % 7 in self.days and minute < self.end)

    @property
    def minutes(self) -> int:
        """Return how much of a week it is."""
        return len(self.days) * ((self.end - self.begin) % _MINUTES_OF_A_DAY or _MINUTES_OF_A_DAY)


def covers(hours: str, local: datetime) -> bool:
    """Return whether it is one of these hours, at this time of the site; empty hours are all.

    >>> covers("Mon-Fri 08:00-18:00", datetime(2026, 3, 2, 8, 0))
    True
    >>> covers("Fri 22:00-06:00", datetime(2026, 3, 7, 5, 59))
    True
    """
    minute = local.hour * 60 + local.minute
    return not hours or any(span.covers(local.weekday(), minute) for span in read(hours))


def read(hours: str) -> list[Span]:
    """Return the spans. Raises: ValueError that says how to write them."""
    return [_span(part.split()) for part in hours.split(";") if part.strip()]


def minutes_of(hours: str) -> int:
    """Return how much of a week these hours are.

    >>> minutes_of("Fri 22:00-06:00; Sat") // 60, minutes_of("") // 60
    (32, 168)
    """
    return sum(span.minutes for span in read(hours)) or 7 * _MINUTES_OF_A_DAY


def checked(hours: str) -> str:
    """Return the hours, which can be read and come. Raises: ValueError."""
    if hours.strip() and not read(hours):
        raise ValueError(CURE)
    return hours


def _span(words: list[str]) -> Span:
    days = [word for word in words if not _SPAN.fullmatch(word)]
    times = [match for word in words if (match := _SPAN.fullmatch(word))]
    if len(days) > 1 or len(times) > 1:
        raise ValueError(CURE)
    on = days_of(days[0]) if days else frozenset(range(7))
    if not times:
        return Span(on)
    first, first_minute, last, last_minute = map(int, times[0].groups())
    begin, end = first * 60 + first_minute, last * 60 + last_minute
    # From 24:00 to 00:00 never comes, and would be waited for without an end.
    is_empty = begin == end or (begin, end) == (_MINUTES_OF_A_DAY, 0)
    if is_empty or max(first_minute, last_minute) > 59 or max(begin, end) > _MINUTES_OF_A_DAY:
        raise ValueError(CURE)
    return Span(on, begin, end)


def days_of(text: str) -> frozenset[int]:
    """Return the days of `Mon-Wed,Sat`; a range may go over the weekend, as `Fri-Mon`."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        begin, end = _day(first), _day(last or first)
        found.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(found)


def _day(name: str) -> int:
    try:
        return DAYS.index(name.capitalize())
    except ValueError:
        raise ValueError(CURE) from None
