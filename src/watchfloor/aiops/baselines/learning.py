"""A site's metric as it was learnt: an hour, four and a day at a time.

Where little is counted an hour says nothing, and a day without any says much; where much is
counted the hour says it at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from watchfloor.aiops.baselines.fitting import fit
from watchfloor.aiops.baselines.history import UNKNOWN, Counts, trailing
from watchfloor.aiops.baselines.judging import Range, Side, expected_range, surprise
from watchfloor.aiops.baselines.law import CountLaw
from watchfloor.aiops.baselines.profile import Profile
from watchfloor.aiops.baselines.slots import HOURS_OF_WEEK, Slots

SPANS = (1, 4, 24)
"""Hours that are judged together. They share the budget of false alarms."""
LEAST = 2 * HOURS_OF_WEEK
"""Known hours with which judging begins."""


@dataclass(frozen=True, slots=True)
class Departure:
    """The `span` hours up to `hour` counted unlike expected; `a_week` of all spans together."""

    hour: int
    span: int
    count: int
    expected: float
    side: Side
    a_week: float
    is_stable: bool

    def is_told(self, budget: float) -> bool:
        """Say whether chance does so more rarely than a budget of false alarms a week allows."""
        return self.a_week < budget


@dataclass(frozen=True, slots=True)
class Learnt:
    """The profile of each span, as of the end of what was learnt from."""

    profiles: Mapping[int, Profile]

    @classmethod
    def of(cls, counts: Counts, slots: Slots) -> Learnt | None:
        """Learn from hours in a row; None of too few."""
        if int((counts != UNKNOWN).sum()) < LEAST:
            return None
        return cls({span: fit(trailing(counts, span), slots, span) for span in SPANS})

    def judge(self, hour: int, slot: int, lately: Mapping[int, int]) -> Departure | None:
        """Return what is strangest about what was counted up to the hour, by span."""
        found = [
            self._departure(hour, slot, span, count)
            for span, count in lately.items()
            if count != UNKNOWN
        ]
        return min(found, key=lambda one: one.a_week, default=None)

    def law(self, slot: int, span: int = 1) -> CountLaw:
        return self.profiles[span].law(slot)

    def range_of(self, slot: int, budget: float) -> Range:
        """Return which counts of the slot's hour nobody is told of."""
        return expected_range(self.law(slot), budget / len(SPANS))

    def _departure(self, hour: int, slot: int, span: int, count: int) -> Departure:
        profile = self.profiles[span]
        law = profile.law(slot)
        found = surprise(count, law)
        often, is_stable = found.a_week * len(SPANS), profile.is_stable(slot)
        return Departure(hour, span, count, law.mean, found.side, often, is_stable)


def departures(
    learnt: Learnt, counts: Counts, slots: Slots, *, first: int, since: int
) -> Iterator[Departure]:
    """Judge each hour from `since` on; `first` is the number of the first one of `counts`."""
    by_span = {span: trailing(counts, span) for span in SPANS}
    for at in range(max(0, since - first), len(counts)):
        lately = {span: int(sums[at]) for span, sums in by_span.items()}
        found = learnt.judge(first + at, int(slots[at]), lately)
        if found is not None:
            yield found
