"""Ninety days of incidents as a strip of bars, as a sentence, and as a table: the same figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from watchfloor.console import words
from watchfloor.console.chart import Chart
from watchfloor.noc.incidents import standing
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.standing import Began

DAYS = 90
FULL = 4
"""Fewer on the worst day do not fill the height: one incident must not look like a flood."""


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
    days: Sequence[Day]
    chart: Chart


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
    full = max(FULL, *(day.total for day in days), 0)
    counted = (
        ((day.date - first).days, zip(words.SEVERITIES, day.counts, strict=True)) for day in days
    )
    return Strip(first, days, Chart.of(DAYS, counted, full=full, said=_said(days)))


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
