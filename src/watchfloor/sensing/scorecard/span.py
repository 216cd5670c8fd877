"""Days in a row at sites whose clocks show the same time, and what happened sorted into them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
T = TypeVar("T")
Told = Iterable[tuple[UUID | None, datetime, T]]
"""What happened where and when."""
SiteDate = tuple[UUID, date]


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the last, both in it."""

    sites: Collection[UUID]
    zone: ZoneInfo
    first: date
    last: date

    @property
    def days(self) -> Iterator[date]:
        return (self.first + number * _DAY for number in range((self.last - self.first).days + 1))

    @property
    def since(self) -> datetime:
        return self.begin(self.first)

    @property
    def until(self) -> datetime:
        return self.end(self.last)

    def end(self, day: date) -> datetime:
        return self.begin(day + _DAY)

    def begin(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)

    def holds(self, at: datetime) -> bool:
        return self.since <= at < self.until

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def sorted(self, told: Told[T]) -> Mapping[SiteDate, list[T]]:
        found: defaultdict[SiteDate, list[T]] = defaultdict(list)
        for site, at, one in told:
            if site is not None:
                found[site, self.day_of(at)].append(one)
        return found
