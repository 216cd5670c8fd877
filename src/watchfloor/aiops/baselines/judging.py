"""How unlike its law a count is, and from when on people hear of it.

A sensitivity is a number of false alarms that somebody bears in a week, not a number of standard
deviations: two of those are eight false alarms in a week of hours, for each metric of each site.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from watchfloor.aiops.baselines.law import CountLaw
from watchfloor.aiops.baselines.slots import HOURS_OF_WEEK


class Sensitivity(StrEnum):
    """How many false alarms a week one metric of one site may cost."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def budget(self) -> float:
        return {"low": 0.05, "medium": 0.2, "high": 1.0}[self]


class Side(StrEnum):
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Range:
    """The counts that are nothing to tell of, both ends among them."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Surprise:
    """On which side of what is expected a count is, and the chance of one as far out."""

    side: Side
    chance: float

    @property
    def a_week(self) -> float:
        """Return how often a week chance alone brings it about, every hour being asked."""
        return HOURS_OF_WEEK * self.chance


def surprise(count: int, law: CountLaw) -> Surprise:
    """Return how unlike its law the count is: twice its rarer tail.

    >>> surprise(0, CountLaw(9.0)).side, round(surprise(0, CountLaw(9.0)).a_week, 3)
    (<Side.BELOW: 'below'>, 0.041)
    """
    below, above = law.at_most(count), law.at_least(count)
    side = Side.BELOW if below < above else Side.ABOVE
    return Surprise(side, max(min(1.0, 2.0 * min(below, above)), 1e-300))


def expected_range(law: CountLaw, budget: float) -> Range:
    """Return the counts that cost fewer false alarms than a budget of so many a week."""
    tail = budget / HOURS_OF_WEEK / 2.0
    return Range(law.quantile(tail), law.quantile(1.0 - tail))
