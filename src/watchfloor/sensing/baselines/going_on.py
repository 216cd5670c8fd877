"""One profile, before and after the hours that are new."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
import numpy as np

from watchfloor.aiops.baselines.history import UNKNOWN, History
from watchfloor.aiops.baselines.learning import Departure, Learnt, departures
from watchfloor.aiops.baselines.slots import HOURS_OF_WEEK, Slots, slot_of, slots_of
from watchfloor.domain.helpdesk import selectors as helpdesk
from watchfloor.sensing.baselines.models import BaselineProfile

Days = frozenset[date]

UNHEARD = 20.0
"""Where so many were expected of all sites and none came, it is the sender that is silent."""
_decode = msgspec.msgpack.Decoder(History).decode


@dataclass(frozen=True, slots=True)
class GoingOn:
    """What a profile knew before `hours`, and what was counted in those that had any."""

    row: BaselineProfile
    history: History
    learnt: Learnt | None
    counted: Mapping[int, int]
    hours: range
    holidays: Days

    @classmethod
    def of(
        cls, row: BaselineProfile, counted: Mapping[int, int], hours: range, holidays: Days
    ) -> GoingOn:
        """Begin where it was counted first, if it never was."""
        history = history_of(row)
        begin = hours.start if history.packed else min(counted, default=hours.stop)
        learnt = learnt_from(row, holidays)
        return cls(row, history, learnt, counted, range(begin, hours.stop), holidays)

    def expected(self, hour: int) -> float:
        if self.learnt is None:
            return 0.0
        return self.learnt.law(slot_of(hour, self.row.site.time_zone, self.holidays)).mean

    def with_hours(self, unheard: Collection[int]) -> History:
        """Return the history with the new hours; those that nobody heard are unknown."""
        return self.history.with_counts(
            {hour: UNKNOWN if hour in unheard else self.counted.get(hour, 0) for hour in self.hours}
        )

    def judged(self, history: History, since: int) -> Sequence[Departure]:
        """Judge the hours from `since` on by what was learnt before."""
        if self.learnt is None:
            return ()
        late = max(history.first, since - HOURS_OF_WEEK)  # a day before is all that is looked at
        counts = history.counts[late - history.first :]
        slots = slots_of(late, len(counts), self.row.site.time_zone, self.holidays)
        return list(departures(self.learnt, counts, slots, first=late, since=since))


def unheard(all_of: Sequence[GoingOn], hours: range) -> set[int]:
    """Return the hours in which nothing came of any site, though much was expected of all."""
    silent = [hour for hour in hours if not any(one.counted.get(hour) for one in all_of)]
    return {hour for hour in silent if sum(one.expected(hour) for one in all_of) >= UNHEARD}


def describe(one: GoingOn, history: History) -> None:
    """Write down what was counted, and how well the hours before were known; at first, how well
    they are now."""
    one.row.history = msgspec.msgpack.encode(history)
    learnt = one.learnt or learnt_from(one.row, one.holidays)
    if learnt is not None:
        profile = learnt.profiles[1]
        stable = [profile.is_stable(slot) for slot in range(HOURS_OF_WEEK)]
        one.row.level, one.row.stable_share = profile.level, float(np.mean(stable))


def history_of(row: BaselineProfile) -> History:
    return _decode(bytes(row.history)) if row.history else History(0)


def learnt_from(row: BaselineProfile, holidays: Days) -> Learnt | None:
    """Return what follows from all that was counted; None of too little."""
    history = history_of(row)
    return Learnt.of(history.counts, slots_for(row, history, holidays))


def slots_for(row: BaselineProfile, history: History, holidays: Days) -> Slots:
    return slots_of(history.first, len(history.counts), row.site.time_zone, holidays)


def holidays_at(row: BaselineProfile) -> Days:
    return helpdesk.holidays_by_site().get(row.site.code, frozenset())
