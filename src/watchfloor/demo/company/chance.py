"""How often things happen: chance that follows the hour, the weekday and the weather."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import DAY, MINUTE

HIGHEST = 8.0
"""No hour is more than this many times as busy as an average one."""

Shape = Callable[[Seconds], float]
"""How many times its average rate something has at a moment."""


def steadily(_at: Seconds) -> float:
    return 1.0


def arrivals(
    company: Company, rng: Random, per_day: float, begin: Callable[[], Process | None],
    shape: Shape = steadily, *, is_trouble: bool = True,
) -> Process:  # fmt: skip
    """Begin something `per_day` times a day on average, by a Poisson process thinned by `shape`.

    Trouble comes at the company's pace.
    """
    highest = 1.0 if shape is steadily else HIGHEST
    per_day *= company.pace if is_trouble else 1.0
    while True:
        yield rng.expovariate(per_day * highest / DAY)
        if rng.random() * highest < shape(company.now):
            process = begin()
            if process is not None:
                company.start(process)


def about(rng: Random, minutes: float, spread: float = 0.6) -> Seconds:
    """Return a time whose median is so many minutes."""
    return minutes * MINUTE * rng.lognormvariate(0.0, spread)
