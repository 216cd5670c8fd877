"""Profiles of the week on recorded counts: what they cost in false alarms, what dips they find.

Estates: the first weeks teach, the last two are judged; then each day of those is emptied, halved
and doubled in turn. Days: what was absent of a thousand, each day judged by the weeks before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from watchfloor.aiops.baselines.history import Counts
from watchfloor.aiops.baselines.judging import Sensitivity, Side
from watchfloor.aiops.baselines.learning import Learnt, departures
from watchfloor.aiops.baselines.slots import HOURS_OF_WEEK, Slots, slots_of
from watchfloor.aiops.baselines.tuning import alarms
from watchfloor.bench.results import Row
from watchfloor.bench.sensing import days, estates
from watchfloor.bench.sensing.part import Part, Tell

JUDGED_WEEKS = 2
FEWEST = 8.0
"""A day on which fewer are expected may be empty by chance."""
CHANGES: Mapping[str, float] = {"emptied": 0.0, "halved": 0.5, "doubled": 2.0}
WITHIN = 4
"""Hours after its day in which a dip may still be found."""
_BUDGET = Sensitivity.MEDIUM.budget


@dataclass
class Found:
    """Of one metric over all its sites."""

    weeks: int = 0
    false: Counter[Sensitivity] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    def a_week(self, sensitivity: Sensitivity) -> float:
        return self.false[sensitivity] / self.weeks if self.weeks else 0.0


def measure(data: Path, tell: Tell) -> Part:
    metrics: dict[str, Found] = {}
    for run in estates.runs(data):
        for metric, sites in run.items():
            found = metrics.setdefault(metric, Found())
            for counts in sites.values():
                _judge(counts, found)
            tell(f"{metric}: {found.a_week(Sensitivity.MEDIUM):.3f} false alarms a site-week")
    daily = days.measure(data)
    tell(f"days: {daily.false_a_week:.3f} false alarms a site-week, recall {daily.recall:.3f}")
    rows = [row for metric, found in metrics.items() for row in _rows(metric, found)]
    return Part("profiles of the week", [*rows, *days.rows(daily)], [_NOTE])


_NOTE = (
    "False alarms are stretches of hours that were told of in weeks in which nothing was planted;"
    " some of them may be real. The sensitivity's budget is what they may cost."
)


def _judge(counts: Counts, found: Found) -> None:
    slots = slots_of(estates.FIRST, len(counts), "UTC")
    for begin in range(len(counts) - JUDGED_WEEKS * HOURS_OF_WEEK, len(counts), HOURS_OF_WEEK):
        learnt = Learnt.of(counts[:begin], slots[:begin])
        if learnt is None:
            continue
        found.weeks += 1
        week = counts[: begin + HOURS_OF_WEEK]
        judged = list(departures(learnt, week, slots, first=0, since=begin))
        for sensitivity in Sensitivity:
            found.false[sensitivity] += len(list(alarms(judged, sensitivity.budget)))
        for day in range(begin, begin + HOURS_OF_WEEK, 24):
            _plant(learnt, week, slots, day, found)


def _plant(learnt: Learnt, week: Counts, slots: Slots, day: int, found: Found) -> None:
    """Change one day, and see whether it is told of."""
    if learnt.law(int(slots[day + 23]), span=24).mean < FEWEST:
        return
    for name, factor in CHANGES.items():
        changed = week.copy()
        changed[day : day + 24] = np.floor(factor * week[day : day + 24])
        judged = departures(learnt, changed[: day + 24 + WITHIN], slots, first=0, since=day)
        side = Side.ABOVE if factor > 1 else Side.BELOW
        found.planted[name] += 1
        found.found[name] += any(one.side is side for one in alarms(judged, _BUDGET))


def _rows(metric: str, found: Found) -> Sequence[Row]:
    usual, others = found.a_week(Sensitivity.MEDIUM), (Sensitivity.LOW, Sensitivity.HIGH)
    rows = [
        Row(f"{metric}: false alarms a site-week", f"{usual:.3f}", f"{_BUDGET}", "",
            usual <= _BUDGET),
        Row("and at low and high sensitivity", ", ".join(
            f"{found.a_week(one):.3f} of {one.budget}" for one in others
        )),
    ]  # fmt: skip
    rows += [
        Row(f"{metric}: days {name} that are found", f"{found.found[name]} of {planted}")
        for name, planted in found.planted.items()
    ]
    return rows
