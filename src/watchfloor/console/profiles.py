"""A site's week as days and hours: shades of what is expected, figures of what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from watchfloor.console import heat
from watchfloor.console.places import LONGEST_CURSOR, LONGEST_SEARCH
from watchfloor.platform.accounts.scope import Scope
from watchfloor.sensing.baselines import selectors
from watchfloor.sensing.baselines.metrics import METRICS
from watchfloor.sensing.baselines.models import BaselineProfile
from watchfloor.sensing.baselines.selectors import Cell

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TENTHS = 10
"""Shades are of tenths: a quiet site expects less than one an hour."""
METRIC_NAMES = {code: metric.name for code, metric in METRICS.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list shows, as its address says; `site` is a code.

    `is_unlike`: only what is unlike its profile now.
    """

    metric: str = ""
    site: str = ""
    is_unlike: bool = False
    after: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Wanted:
        metric = query.get("metric", "")
        return cls(
            metric if metric in METRICS else "",
            query.get("site", "").strip()[:LONGEST_SEARCH].replace("\0", ""),
            query.get("unlike") == "yes",
            query.get("after", "")[:LONGEST_CURSOR],
        )

    @property
    def filters(self) -> str:
        unlike = "yes" if self.is_unlike else ""
        asked = {"metric": self.metric, "site": self.site, "unlike": unlike}
        return urlencode({name: value for name, value in asked.items() if value})

    def found(self, scope: Scope) -> QuerySet[BaselineProfile]:
        """Return the profiles, each with how many departures of it are open."""
        asked = {"metric": self.metric, "site__code": self.site}
        narrowing = {name: value for name, value in asked.items() if value}
        found = selectors.profiles(scope).filter(**narrowing)
        if self.is_unlike:
            found = found.filter(pk__in=selectors.unlike())
        return selectors.with_open(found)


class Hour(NamedTuple):
    cell: Cell
    shade: int

    @property
    def said(self) -> str:
        """Return what the cell means, to who does not see it."""
        usual = self.cell.range
        told = f"{self.cell.expected:.1f} expected, {usual.low} to {usual.high} is usual"
        return f"{told}, few samples" if not self.cell.is_stable else told


class Day(NamedTuple):
    name: str
    hours: Sequence[Hour]


def grid(week: Sequence[Cell]) -> list[Day]:
    """Return the week's days with their hours; none of a week that is not known yet."""
    if not week:
        return []
    tops = heat.bounds(max(_tenths(cell) for cell in week))
    hours = [Hour(cell, heat.shade(_tenths(cell), tops)) for cell in week]
    return [Day(name, hours[24 * at : 24 * at + 24]) for at, name in enumerate(DAYS)]


def seldom(a_week: float) -> str:
    """Return how often chance alone brings something about, in words.

    >>> [seldom(a_week) for a_week in (0.2, 0.004, 1e-9)]
    ['once in 5 weeks', 'once in 5 years', 'less than once in a century']
    """
    weeks = 1 / max(a_week, 1e-9)
    years = weeks / 52
    if years > 100:
        return "less than once in a century"
    return f"once in {years:.0f} years" if years >= 2 else f"once in {weeks:.0f} weeks"


def _tenths(cell: Cell) -> int:
    return round(cell.expected * TENTHS)
