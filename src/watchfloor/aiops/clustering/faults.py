"""Faults that spread: how fast one brings things down in a failure domain, against chance.

An onset is a thing that goes down: the first report of an alert whose type is known to resolve, or
not yet known not to. A fault that brought down k things in t seconds is expected to bring down
more at k/t while they stay down; unrelated onsets come at the domain's own rate. The ratio of the
two, not a gap, says whether the next onset belongs to it. Too many onsets for chance are one fault.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from math import inf, log

import msgspec

from watchfloor.aiops.clustering.background import Openings
from watchfloor.aiops.clustering.config import DAY, HOUR, MINUTE, ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.state import Alerts
from watchfloor.aiops.clustering.storms import failure_domains
from watchfloor.aiops.types import Seconds

ESTATE = ""
"""All that the tenant has, as the widest failure domain."""
_WINDOWS: tuple[Seconds, ...] = (2 * MINUTE, 15 * MINUTE, HOUR)
"""In one of these a fault shows that it spreads."""
_REMEMBERED: Seconds = 6 * HOUR
_ONSETS = 64
"""Onsets kept of a type in a domain: enough to know a speed."""
_STEP: Seconds = MINUTE
"""No fault is known to spread faster than one thing more in this."""
_DAYS = 7
_JITTER: Seconds = 5 * MINUTE
"""What comes every day may come so much earlier or later."""
_USUAL: Seconds = 15 * MINUTE
_TIMES = 512


class Onset(msgspec.Struct, array_like=True, gc=False):
    """A thing that went down."""

    at: Seconds
    cluster: int
    entity: str
    alert: str
    opened: bool
    """It opened its cluster: by all that is known, it came by itself."""
    site: str = ""

    def thing(self, domain: str) -> str:
        """What it counts as in a domain: over the whole estate, only another site is another."""
        return self.site if domain == ESTATE and self.site else self.entity

    def is_down(self, at: Seconds, alerts: Alerts) -> bool:
        alert = alerts.get(self.alert)
        return alert is not None and alert.until > at


class IllPlace(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Where a fault is, and when it last brought something down there."""

    cluster: int
    at: Seconds


class Spread(msgspec.Struct, array_like=True, gc=False):
    """One type in one failure domain."""

    alone: Openings
    """Onsets that no fault explained, once that is certain."""
    recent: list[Onset] = msgspec.field(default_factory=list)
    times: list[Seconds] = msgspec.field(default_factory=list)
    """All onsets of the last week, in order."""
    merges: int = 0
    """How many merges `recent` has followed."""
    shared: tuple[int, ...] = ()
    """The clusters of more than one recent onset, oldest first."""

    def rate(self, at: Seconds, config: ClusteringConfig) -> float:
        """Return unrelated onsets per second at this time of day."""
        return self.expected(at, _USUAL, config) / _USUAL

    def expected(self, at: Seconds, window: Seconds, config: ClusteringConfig) -> float:
        """Return how many unrelated onsets the window up to `at` is to hold."""
        return max(self.least_rate(at, config) * window, self._usual(at, window))

    def least_rate(self, at: Seconds, config: ClusteringConfig) -> float:
        """Return what `rate` is at the least, whatever is usual at this time of day."""
        return self.alone.rate(at, config.site_quiet)

    def note(self, onset: Onset) -> None:
        """Take an onset in; learn from those long past that still are clusters of their own."""
        self.recent.append(onset)
        certain = max(len(self.recent) - _ONSETS, 0)
        while self.recent[certain].at < onset.at - _REMEMBERED:
            certain += 1
        for past in self.recent[:certain]:
            if past.opened:
                self.alone.add(past.at)
        del self.recent[:certain]
        if not onset.opened or (certain and self.shared):
            self.count_anew()
        self._note_time(onset.at)

    def count_anew(self) -> None:
        """Have `shared` follow from `recent`."""
        counts = Counter([onset.cluster for onset in self.recent])
        self.shared = tuple(sorted([number for number, many in counts.items() if many > 1]))

    def _note_time(self, at: Seconds) -> None:
        times, oldest = self.times, at - _DAYS * DAY - HOUR
        if not times or at >= times[-1]:
            times.append(at)
        else:
            insort(times, at)
        if times[0] < oldest or len(times) > _TIMES:
            del times[: max(bisect_left(times, oldest), len(times) - _TIMES)]

    def follow(self, merged: Mapping[int, int], merges: int) -> None:
        """Follow merges: what was merged into another cluster did not come by itself."""
        if self.merges == merges:
            return
        self.merges, is_changed = merges, False
        for onset in self.recent:
            into = merged.get(onset.cluster)
            if into is not None:
                onset.cluster, onset.opened = into, False
                is_changed = True
        if is_changed:
            self.count_anew()

    def lately(self, at: Seconds, window: Seconds) -> int:
        """Return at most how many recent onsets are in the window up to `at`."""
        since = len(self.times) - bisect_left(self.times, at - window)
        return min(since, len(self.recent))

    def _usual(self, at: Seconds, window: Seconds) -> float:
        """The mean of the last days around this time of day, the worst day left out."""
        first = max(self.alone.first, at - _DAYS * DAY)
        counts = []
        day = at - DAY
        while day - window - _JITTER >= first:
            begin = bisect_left(self.times, day - window - _JITTER)
            counts.append(bisect_right(self.times, day + _JITTER) - begin)
            day -= DAY
        return (sum(counts) - max(counts)) / (len(counts) - 1) if len(counts) > 1 else 0.0


class Faults:
    """The spreads of a tenant, by type and domain."""

    def __init__(self, spreads: dict[tuple[str, str], Spread]) -> None:
        self.spreads = spreads

    def of(self, report: ReportView) -> Iterator[tuple[str, Spread]]:
        """Yield the domains around the report, nearest first, with what its type did there."""
        for name in domains_of(report):
            spread = self.spreads.get((report.alert_type, name))
            if spread is not None:
                yield name, spread

    def note(self, report: ReportView, cluster: int, *, opened: bool, merges: int) -> None:
        """Take an onset in, in all domains that it lies in."""
        for name in domains_of(report):
            key = (report.alert_type, name)
            spread = self.spreads.get(key)
            if spread is None:
                quiet = Openings(0.0, report.at, report.at)
                spread = self.spreads[key] = Spread(quiet, merges=merges)
            spread.note(
                Onset(report.at, cluster, report.entity, report.alert_id, opened, report.site)
            )

    def move(self, alerts: Collection[str], cluster: int) -> None:
        """Follow alerts that a person put elsewhere."""
        for spread in self.spreads.values():
            moved = [onset for onset in spread.recent if onset.alert in alerts]
            for onset in moved:
                onset.cluster = cluster
            if moved:
                spread.count_anew()

    def forget_before(self, since: Seconds) -> None:
        """Keep what was heard of since."""
        self.spreads = {key: s for key, s in self.spreads.items() if s.times[-1] >= since}


def domains_of(report: ReportView) -> tuple[str, ...]:
    """Return what can fail as one around the report, nearest first, the whole estate last."""
    return (*failure_domains(report), ESTATE)


def speed(onsets: Iterable[Onset], at: Seconds, alerts: Alerts) -> float:
    """Return how many things more per second a fault with these onsets brings down.

    As many as in the later half of its life, and fewer as things come up again; none of one thing.
    """
    things: dict[str, Onset] = {}
    for onset in onsets:
        things.setdefault(onset.entity, onset)
    if len(things) < 2:
        return 0.0
    begun = min([onset.at for onset in things.values()])
    half = max(at - begun, 0.0) / 2.0
    late = down = 0
    for onset in things.values():
        late += onset.at >= begun + half
        alert = alerts.get(onset.alert)
        down += alert is not None and alert.until > at
    return down / len(things) * (late - (half == 0.0)) / (half + _STEP)


def may_break_out(spread: Spread, at: Seconds, config: ClusteringConfig) -> bool:
    """Whether `outbreak` has to be asked: if every recent onset counted, would they be too many?

    Counted by their times, which are in order: no fewer than the recent onsets of a window.
    """
    if spread.lately(at, _WINDOWS[-1]) + 1 < _fewest(config.storm_surprise, config.site_quiet):
        return False
    least = spread.least_rate(at, config)
    for window in reversed(_WINDOWS):
        count = spread.lately(at, window)
        if poisson_surprise(count + 1, least * window) >= config.storm_surprise:
            return True
    return False


@lru_cache(maxsize=64)
def _fewest(surprise: float, quiet: Seconds) -> int:
    """Return how many things at the least break out at once in the quietest domain there can be."""
    expected = Openings(0.0, -inf, -inf).rate(0.0, quiet) * _WINDOWS[0]
    fewest = 1
    while poisson_surprise(fewest, expected) < surprise:
        fewest += 1
    return fewest


def outbreak(
    name: str, spread: Spread, at: Seconds, down: Iterable[Onset], config: ClusteringConfig
) -> Seconds | None:
    """Return the shortest window up to `at` in which too many things went down for chance."""
    for window in _WINDOWS:
        things = {onset.thing(name) for onset in down if onset.at >= at - window}
        expected = spread.expected(at, window, config)
        if poisson_surprise(len(things) + 1, expected) >= config.storm_surprise:
            return window
    return None


def poisson_surprise(count: int, expected: float) -> float:
    """Return how surprising so many are where `expected` are, in nats; 0 if they are fewer.

    >>> poisson_surprise(5, 5.0)
    0.0
    >>> round(poisson_surprise(5, 0.01), 1)
    26.1
    """
    return count * log(count / expected) - count + expected if count > expected else 0.0
