"""Moves the budget of false alarms by what people say of its alarms, after a look at history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from watchfloor.aiops.baselines.history import Counts
from watchfloor.aiops.baselines.learning import Departure, Learnt, departures
from watchfloor.aiops.baselines.slots import HOURS_OF_WEEK, Slots

FEWEST, MOST = 1 / 64, 4.0
"""Bounds of a budget, whatever people say."""
TOO_FALSE, HARDLY_FALSE = 0.3, 0.1
ENOUGH = 3
"""Alarms that people have said something of, before anything moves."""
STEPS = 2
"""Halvings at once."""
LOOKED_BACK = 30 * 24


@dataclass(frozen=True, slots=True)
class Told:
    """An alarm that somebody has judged: how often chance alone does so, and if it did."""

    a_week: float
    was_false: bool


@dataclass(frozen=True, slots=True)
class Tuned:
    """The budget to go on with, and the share of false ones before and after."""

    budget: float
    before: float | None
    after: float | None


def tuned(budget: float, told: Sequence[Told]) -> Tuned:
    """Return the budget that people's words ask for. It gives up no alarm that was true."""
    before = share_false(told, budget)
    new = budget
    if before is not None and len(told) >= ENOUGH:
        if before > TOO_FALSE:
            new = _lowered(budget, told)
        elif before < HARDLY_FALSE:
            new = min(MOST, 2 * budget)
    return Tuned(new, before, share_false(told, new))


def _lowered(budget: float, told: Sequence[Told]) -> float:
    true = max((t.a_week for t in told if not t.was_false and t.a_week < budget), default=0.0)
    for _ in range(STEPS):
        lower = budget / 2
        if lower < FEWEST or lower <= true:
            break
        budget = lower
        if (share_false(told, budget) or 0.0) <= TOO_FALSE:
            break
    return budget


def share_false(told: Iterable[Told], budget: float) -> float | None:
    """Return which part of those that the budget tells of was false; None if it tells of none."""
    kept = [one.was_false for one in told if one.a_week < budget]
    return sum(kept) / len(kept) if kept else None


def replay(
    counts: Counts, slots: Slots, *, first: int, hours: int = LOOKED_BACK
) -> list[Departure]:
    """Judge the last hours as they were judged then: each week by what was learnt before it."""
    end = len(counts)
    found: list[Departure] = []
    for begin in range(max(0, end - hours), end, HOURS_OF_WEEK):
        learnt = Learnt.of(counts[:begin], slots[:begin])
        until = min(end, begin + HOURS_OF_WEEK)
        if learnt:
            week = departures(
                learnt, counts[:until], slots[:until], first=first, since=first + begin
            )
            found.extend(week)
    return found


def alarms(judged: Iterable[Departure], budget: float) -> Iterator[Departure]:
    """Yield the first departure of each stretch of hours that the budget tells of."""
    last: Departure | None = None
    for one in judged:
        if not one.is_told(budget):
            continue
        if last is None or one.hour > last.hour + 1 or one.side != last.side:
            yield one
        last = one
