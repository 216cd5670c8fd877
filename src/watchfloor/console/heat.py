"""What the heat map is asked for, and how its numbers become shades, words and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.urls import reverse

from watchfloor.noc.kpis import heat
from watchfloor.noc.kpis.heat import Heat, Row
from watchfloor.platform.accounts.scope import Scope

KINDS: Mapping[str, str] = {"alerts": "Alerts", "incidents": "Incidents"}
SPANS: Mapping[str, str] = {"24h": "Last 24 hours", "7d": "Last 7 days"}
CLOCKS: Mapping[str, str] = {"mine": "Hours of your clock", "site": "Hours of each site's clock"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHADES = 5
YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says; what means nothing is left out. A day goes before a span."""

    now: datetime
    zone: str
    kind: str = "alerts"
    span: str = "24h"
    day: date | None = None
    clock: str = "mine"

    @classmethod
    def read(cls, query: QueryDict, *, now: datetime, zone: str) -> Asked:
        choices = (("kind", KINDS), ("span", SPANS), ("clock", CLOCKS))
        asked = {name: said for name, known in choices if (said := query.get(name, "")) in known}
        return cls(now, zone, day=_as_day(query.get("day", "")), **asked)

    @property
    def since(self) -> datetime:
        """Return the beginning of the day, or of the hour that lies so far back."""
        if self.day:
            return datetime.combine(self.day, time.min, ZoneInfo(self.zone))
        here = self.now.astimezone(ZoneInfo(self.zone))
        next_hour = here.replace(minute=0, second=0, microsecond=0).astimezone(UTC) + HOUR
        return (next_hour - (7 if self.is_week else 1) * DAY).astimezone(here.tzinfo)

    @property
    def until(self) -> datetime:
        if self.day:
            return datetime.combine(self.day + DAY, time.min, ZoneInfo(self.zone))
        return self.now

    @property
    def is_week(self) -> bool:
        return self.day is None and self.span == "7d"

    @property
    def hours(self) -> Sequence[int]:
        """Return the hours of the columns: of the last day those of yesterday come first."""
        first = self.since.hour if self.clock == "mine" and not (self.day or self.is_week) else 0
        return [(first + place) % 24 for place in range(24)]

    @property
    def address(self) -> str:
        asked = {"kind": self.kind, "span": self.span, "day": self.day, "clock": self.clock}
        return urlencode({name: value for name, value in asked.items() if value})

    def heat(self, scope: Scope) -> Heat:
        count = heat.of_alerts if self.kind == "alerts" else heat.of_incidents
        zone = self.zone if self.clock == "mine" else None
        return count(scope, since=self.since, until=self.until, zone=zone)


class Cell(NamedTuple):
    number: int
    shade: int
    address: str


class Line(NamedTuple):
    row: Row
    cells: Sequence[Cell]
    address: str


def lines(found: Heat, asked: Asked) -> Iterable[Line]:
    """Return the rows of the table. Each number leads to what it counts, if a list can show it."""
    tops = bounds(found.most)
    for row in found.rows:
        numbers = [(hour, row.hours.get(hour, 0)) for hour in asked.hours]
        cells = [
            Cell(number, shade(number, tops), _of_hour(row, hour, asked) if number else "")
            for hour, number in numbers
        ]
        yield Line(row, cells, _list(row, asked, asked.since, asked.until))


def bounds(most: int) -> list[int]:
    """Return the largest number of each shade. They widen: a few hours have many times the rest.

    >>> bounds(100), bounds(2)
    ([4, 16, 36, 64, 100], [0, 0, 0, 1, 2])
    """
    return [most * step**2 // SHADES**2 for step in range(1, SHADES + 1)]


def shade(number: int, tops: Sequence[int]) -> int:
    """Return 0 for nothing, else the place of the first bound that holds the number.

    >>> [shade(number, [4, 16, 36, 64, 100]) for number in (0, 4, 5, 100)]
    [0, 1, 2, 5]
    """
    return next(place for place, top in enumerate([0, *tops]) if number <= top)


def legend(most: int) -> list[tuple[int, str]]:
    """Return each shade that is in use with the numbers it stands for.

    >>> legend(3)
    [(0, 'none'), (3, '1'), (5, '2 to 3')]
    """
    told, low = [(0, "none")], 1
    for place, top in enumerate(bounds(most), start=1):
        if top >= low:
            told.append((place, f"{low:,}" if top == low else f"{low:,} to {top:,}"))
            low = top + 1
    return told


def _of_hour(row: Row, hour: int, asked: Asked) -> str:
    """Return the list of one hour; hours of a week are no one stretch of time."""
    if asked.is_week:
        return ""
    zone = ZoneInfo(asked.zone if asked.clock == "mine" else row.site.time_zone)
    ahead = (asked.since.astimezone(UTC) + place * HOUR for place in range(25))
    at = next((at for at in ahead if at.astimezone(zone).hour == hour), asked.since)
    begin = at.astimezone(zone).replace(minute=0)
    return _list(row, asked, begin, begin + HOUR)


def _list(row: Row, asked: Asked, since: datetime, until: datetime) -> str:
    span = {"since": since.isoformat(), "until": until.isoformat()}
    return f"{reverse(asked.kind)}?{urlencode({'state': 'all', 'site': row.site.pk, **span})}"


def _as_day(text: str) -> date | None:
    try:
        read = date.fromisoformat(text)
    except ValueError:
        return None
    return read if read.year in YEARS else None
