"""Ninety days of incidents as a strip of bars, as a sentence, and as a table: the same figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from watchfloor.console import words
from watchfloor.noc.incidents import standing
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.standing import Began

DAYS = 90
STEP, WIDTH, HEIGHT = 10, 8, 100
FULL = 4
"""Fewer on the worst day do not fill the height: one incident must not look like a flood."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a day's column, in units of the picture."""

    severity: int
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something began: counts by severity, the worst first."""

    date: date
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Strip:
    first: date
    last: date
    days: Sequence[Day]
    bars: Sequence[Bar]
    said: str

    @property
    def width(self) -> int:
        return DAYS * STEP

    @property
    def most(self) -> int:
        return max((day.total for day in self.days), default=0)


def of(found: QuerySet[NOCIncident], *, now: datetime, zone: str) -> Strip:
    """Return the strip of these incidents, in days of `zone`. One query."""
    own = ZoneInfo(zone)
    today = now.astimezone(own)
    first = today.date() - timedelta(days=DAYS - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=own)
    return drawn(standing.by_day(found, since=since, zone=own), first)


def drawn(rows: Iterable[Began], first: date) -> Strip:
    counts: defaultdict[date, Counter[int]] = defaultdict(Counter)
    for row in rows:
        counts[row.day][row.severity] += row.number
    days = [Day(day, tuple(counts[day][level] for level in words.SEVERITIES)) for day in counts]
    days.sort(key=lambda day: day.date)
    unit = HEIGHT / max(FULL, *(day.total for day in days), 0)
    bars = [bar for day in days for bar in _column(day, (day.date - first).days, unit)]
    return Strip(first, first + timedelta(days=DAYS - 1), days, bars, _said(days))


def _column(day: Day, place: int, unit: float) -> Iterable[Bar]:
    """Return the parts of a day, the worst on the ground."""
    top = float(HEIGHT)
    for severity, count in zip(words.SEVERITIES, day.counts, strict=True):
        if count:
            top -= count * unit
            yield Bar(severity, place * STEP, top, count * unit)


def _said(days: Sequence[Day]) -> str:
    """Return what the picture shows to who does not see it."""
    total = sum(day.total for day in days)
    if not total:
        return f"No incident in the last {DAYS} days."
    sums = [sum(column) for column in zip(*(day.counts for day in days), strict=True)]
    named = zip(words.SEVERITIES.values(), sums, strict=True)
    parts = ", ".join(f"{count} {word.name.lower()}" for word, count in named if count)
    worst = max(days, key=lambda day: day.total)
    most = f"most on {worst.date:%-d %B}, with {worst.total}"
    where = most if len(days) > 1 else f"on {worst.date:%-d %B}"
    noun = "incident" if total == 1 else "incidents"
    return f"{total} {noun} in the last {DAYS} days: {parts}; {where}."
