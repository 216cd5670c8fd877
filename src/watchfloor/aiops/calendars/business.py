"""Business hours: how much of them lies between two moments, and when so much of them is over.

A moment is within them if the clocks of the place show an hour of its week, on a day that is no
holiday. So an hour that summer time leaves out is nobody's, and one that comes twice counts twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from watchfloor.aiops.calendars import hours as written
from watchfloor.aiops.calendars.offsets import DAY, Stretch, stretches
from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.types import Seconds

_EPOCH = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = 3
Between = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly hours (as `hours` reads them; empty: always) by a zone's clocks, without holidays."""

    hours: str = ""
    zone: str = "UTC"
    holidays: frozenset[date] = frozenset()

    def is_open(self, at: Seconds) -> bool:
        return next(self.open_from(at))[0] <= at

    def seconds(self, start: Seconds, end: Seconds) -> float:
        """Return how much of the time from `start` to `end` lies within the hours."""
        total = 0.0
        for opens, closes in self.open_from(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def due(self, start: Seconds, seconds: float) -> Seconds:
        """Return the first moment by which so much of the hours has passed since `start`."""
        left = seconds
        if left <= 0:
            return start
        for opens, closes in self.open_from(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise AssertionError("hours go on without an end")

    def open_from(self, start: Seconds) -> Iterator[Between]:
        """Yield when it is open from `start` on, in order, without an end."""
        for stretch in stretches(self.zone, start):
            yield from self._open_in(stretch)

    def _open_in(self, stretch: Stretch) -> Iterator[Between]:
        first, last = stretch.start + stretch.offset, stretch.end + stretch.offset
        for day in range(int(first // DAY), int(last // DAY) + 1):
            if self.holidays and date.fromordinal(_EPOCH + day) in self.holidays:
                continue
            for begin, end in week_of(self.hours)[(_EPOCH_WEEKDAY + day) % 7]:
                opens, closes = max(first, day * DAY + begin), min(last, day * DAY + end)
                if opens < closes:
                    yield opens - stretch.offset, closes - stretch.offset


ALWAYS = Calendar()


@lru_cache(maxsize=1_024)
def week_of(hours: str) -> tuple[tuple[Between, ...], ...]:
    """Return for each weekday when it is open, in seconds of the day; empty hours are all.

    Raises: ValueError for hours that cannot be read, ConfigError for ones that never come.

    >>> [day for day in week_of("Fri 22:00-06:00; Sat 05:00-07:00") if day]
    [((79200, 86400),), ((0, 25200),)]
    """
    spans = written.read(hours) if hours else [written.Span(frozenset(range(7)))]
    if not spans:
        raise ConfigError(f"these hours never come; {written.CURE}")
    return tuple(_merged(_of_weekday(spans, weekday)) for weekday in range(7))


def _of_weekday(spans: Iterable[written.Span], weekday: int) -> Iterator[Between]:
    for span in spans:
        begin, end = span.begin * 60, span.end * 60
        if begin < end and weekday in span.days:
            yield begin, end
        if begin > end and weekday in span.days:
            yield begin, DAY
        if begin > end > 0 and (weekday - 1) % 7 in span.days:
            yield 0, end


def _merged(found: Iterable[Between]) -> tuple[Between, ...]:
    merged: list[Between] = []
    for begin, end in sorted(found):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return tuple(merged)
