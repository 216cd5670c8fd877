"""Faults that spread: how fast one brings things down in a failure domain, against chance.

Only types whose senders say when they are over count here: there, an onset is a change of state
and what has not ended still explains what comes. For each type in each failure domain the onsets
of late are kept. A fault that has brought down k things in t seconds is expected to bring down
more at k/t; unrelated onsets come at the domain's own rate. That ratio, not the gap, says whether
the next one belongs to it. Many onsets at once, far above that rate, are one fault.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from math import log

import msgspec

from watchfloor.aiops.clustering.background import Decayed, Openings
from watchfloor.aiops.clustering.config import DAY, HOUR, MINUTE, ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.storms import failure_domains
from watchfloor.aiops.types import Seconds

ESTATE = ""
"""All that the tenant has, as the widest failure domain."""
_WINDOWS: tuple[Seconds, ...] = (2 * MINUTE, 15 * MINUTE, 60 * MINUTE)
"""Faults spread within one of these."""
_REMEMBERED: Seconds = 6 * 60 * MINUTE
_MOST = 256
"""Onsets kept for a type in a domain."""
_WEEK = 7
_JITTER: Seconds = 5 * MINUTE
_USUAL: Seconds = 15 * MINUTE
_STEP: Seconds = MINUTE
"""No fault is known to spread faster than one thing more in this."""


class Onset(msgspec.Struct, array_like=True, gc=False):
    """A thing that went down."""

    at: Seconds
    cluster: int
    entity: str
    opened: bool
    """It opened its cluster: by all that was known, it came by itself."""


class Spread(msgspec.Struct, array_like=True, gc=False):
    """One type in one failure domain."""

    alone: Openings
    """Onsets that no fault explained, once that is certain."""
    recent: list[Onset] = msgspec.field(default_factory=list)

    days: list[Seconds] = msgspec.field(default_factory=list)
    """All onsets of the last week, in order."""

    def rate(self, at: Seconds, config: ClusteringConfig) -> float:
        """Return unrelated onsets per second."""
        return max(self.alone.rate(at, config.site_quiet), self.usual(at, _USUAL) / _USUAL)

    def expected(self, at: Seconds, window: Seconds, config: ClusteringConfig) -> float:
        """Return how many unrelated onsets the window up to `at` is to hold."""
        return max(self.alone.rate(at, config.site_quiet) * window, self.usual(at, window))

    def usual(self, at: Seconds, window: Seconds) -> float:
        """Return the mean of the last days' onsets around this time of day, the worst left out."""
        first = max(self.alone.first, at - _WEEK * DAY)
        counts = []
        day = at - DAY
        while day - window - _JITTER >= first and len(counts) < _WEEK:
            counts.append(
                bisect_right(self.days, day + _JITTER)
                - bisect_left(self.days, day - window - _JITTER)
            )
            day -= DAY
        return (sum(counts) - max(counts)) / (len(counts) - 1) if len(counts) > 1 else 0.0

    def forget(self, at: Seconds) -> None:
        """Learn from onsets long past: those that opened a cluster that still is one."""
        keep = 0
        for onset in self.recent:
            if onset.at >= at - _REMEMBERED and len(self.recent) - keep <= _MOST:
                break
            keep += 1
            if onset.opened:
                self.alone.seen.add(onset.at)
        if keep:
            del self.recent[:keep]

    def moved(self, merged: dict[int, int]) -> None:
        """Follow merges: what was merged did not come by itself."""
        for onset in self.recent:
            root = merged.get(onset.cluster)
            if root is not None:
                onset.cluster, onset.opened = root, False


class Faults:
    """The spreads of a tenant, by type and domain."""

    def __init__(self, spreads: dict[tuple[str, str], Spread]) -> None:
        self.spreads = spreads

    def of(self, report: ReportView) -> Iterable[tuple[str, Spread]]:
        """Yield the domains around the report, nearest first, with what its type did there."""
        for name in (*failure_domains(report), ESTATE):
            spread = self.spreads.get((report.alert_type, name))
            if spread is not None:
                yield name, spread

    def note(self, report: ReportView, cluster: int, opened: bool) -> None:
        """Take an onset in, in all domains that it lies in."""
        for name in (*failure_domains(report), ESTATE):
            key = (report.alert_type, name)
            spread = self.spreads.get(key)
            if spread is None:
                first = Openings(report.at, Decayed(0.0, report.at))
                spread = self.spreads[key] = Spread(first)
            spread.recent.append(Onset(report.at, cluster, report.entity, opened))
            insort(spread.days, report.at)
            del spread.days[: max(bisect_left(spread.days, report.at - _WEEK * DAY - HOUR), len(spread.days)-1024)]
            spread.forget(report.at)


def intensity(onsets: Iterable[Onset], at: Seconds) -> float:
    """Return how many things more per second a fault with these onsets brings down."""
    things: dict[str, Seconds] = {}
    for onset in onsets:
        things.setdefault(onset.entity, onset.at)
    if not things:
        return 0.0
    age = max(at - min(things.values()), 0.0) + _STEP
    return (len(things) - 1) / age


def outbreak(spread: Spread, at: Seconds, holding: set[int], config: ClusteringConfig) -> tuple[float, Seconds]:
    """Return the largest surprise of any window up to `at`, in nats, and that window."""
    best = (0.0, _WINDOWS[0])
    for window in _WINDOWS:
        things = {o.entity for o in spread.recent if o.at >= at - window and o.cluster in holding}
        best = max(best, (poisson_surprise(len(things) + 1, spread.expected(at, window, config)), window))
    return best


def poisson_surprise(count: int, expected: float) -> float:
    """Return how surprising that many are where `expected` are, in nats; 0 if they are fewer."""
    if count <= expected:
        return 0.0
    return count * log(count / expected) - count + expected
