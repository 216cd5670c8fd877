"""When a maintenance window is open: once, or every so many days or weeks by the local clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import inf
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.types import Seconds

_DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()


class Every(StrEnum):
    DAY = "day"
    WEEK = "week"


class Span(NamedTuple):
    """Half-open: open at `starts_at`, over at `ends_at`."""

    starts_at: Seconds
    ends_at: Seconds


class Recurrence(msgspec.Struct, frozen=True, kw_only=True):
    """The part of an RRULE that guards' calendars use: FREQ, INTERVAL, BYDAY, UNTIL."""

    every: Every
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    """0 Monday to 6 Sunday; none: the weekday of the first time."""
    until: Seconds | None = None
    """No occurrence begins after this."""

    def __post_init__(self) -> None:
        if not 1 <= self.interval <= 52:
            raise ConfigError(f"interval is {self.interval}: set it to a value from 1 to 52")
        if not self.weekdays <= set(range(7)):
            raise ConfigError("weekdays go from 0 (Monday) to 6 (Sunday)")
        if self.weekdays and self.every is Every.DAY:
            raise ConfigError("weekdays go with every week; leave them out for every day")

    def falls_on(self, day: date, first: date) -> bool:
        if day < first:
            return False
        if self.every is Every.DAY:
            return (day - first).days % self.interval == 0
        weeks = (_monday(day) - _monday(first)).days // 7
        weekdays = self.weekdays or {first.weekday()}
        return weeks % self.interval == 0 and day.weekday() in weekdays


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A first time, and how it comes again.

    Recurring times keep to the local clock of `zone`: 22:00 to 06:00 is 22:00 to 06:00 in the
    night the clocks change as well, an hour shorter or longer. A time that the change skips is
    taken as long after the last one that existed; of a time that comes twice, the first begins
    and the second ends a window.
    """

    starts_at: Seconds
    ends_at: Seconds
    recurrence: Recurrence | None = None
    zone: str = "UTC"

    def __post_init__(self) -> None:
        if not self.starts_at < self.ends_at:
            raise ConfigError("a window ends after it starts: set ends_at later than starts_at")
        zone_of(self.zone)
        if self.recurrence and self.ends_at - self.starts_at > 7 * _DAY:
            raise ConfigError("a recurring window lasts 7 days at most: shorten it")

    def open_at(self, at: Seconds) -> Span | None:
        """Return the occurrence that `at` lies in; of overlapping ones the one that ends last."""
        if self.recurrence is None:
            whole = Span(self.starts_at, self.ends_at)
            return whole if self.starts_at <= at < self.ends_at else None
        if at < self.starts_at:
            return None
        spans = _spans_about(self, int(at // _DAY))
        return next((span for span in spans if span.starts_at <= at < span.ends_at), None)


@lru_cache(maxsize=4096)
def _spans_about(schedule: Schedule, utc_day: int) -> tuple[Span, ...]:
    """Return the occurrences that may reach into a day of UTC, the newest first."""
    zone = zone_of(schedule.zone)
    first = datetime.fromtimestamp(schedule.starts_at, zone).replace(tzinfo=None)
    lasts = datetime.fromtimestamp(schedule.ends_at, zone).replace(tzinfo=None) - first
    today = date.fromordinal(_EPOCH + utc_day)
    days = [today - timedelta(days=back) for back in range(-1, lasts.days + 3)]
    rule = schedule.recurrence
    starts = [day for day in days if rule is not None and rule.falls_on(day, first.date())]
    spans = [_span(datetime.combine(day, first.time()), lasts, zone) for day in starts]
    until = inf if rule is None or rule.until is None else rule.until
    return tuple(span for span in spans if span.starts_at <= until)


def _span(begins: datetime, lasts: timedelta, zone: ZoneInfo) -> Span:
    return Span(_first(begins, zone), _last(begins + lasts, zone))


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return the time zone. Raises: ConfigError for a name that is none."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ConfigError(
            f"{name!r} is no time zone: set a name such as Europe/Vienna or Asia/Kolkata"
        ) from None


def _first(local: datetime, zone: ZoneInfo) -> Seconds:
    return local.replace(tzinfo=zone, fold=0).timestamp()


def _last(local: datetime, zone: ZoneInfo) -> Seconds:
    """Of a time that comes twice the second; fold 1 of a skipped one would lie before it."""
    return max(_first(local, zone), local.replace(tzinfo=zone, fold=1).timestamp())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
