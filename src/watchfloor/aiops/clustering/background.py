"""What is ordinary: how surprising a report is against the past of its own signal.

A signal is a type on an entity. Surprise is in nats: minus the logarithm of how often such a
count is seen in a minute. A window is learned once it has passed, and never if a storm claimed
it: what storms bring must not become normal.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, log

import msgspec

from watchfloor.aiops.clustering.config import DAY, HOUR, ClusteringConfig
from watchfloor.aiops.types import Seconds, Severity

WINDOW: Seconds = 60.0
_DOUBLING = 5.0
"""Nats for each doubling of a count beyond the largest one ever seen."""
_UNSEEN = 3
"""In the first window of a signal, counts below 2 ** _UNSEEN say no more than that it is new."""
_CALM: Seconds = HOUR
"""What is taken to have been quiet before the first report of all."""
_LAST_DAY = (1 << 24) - 1
_SHIFT = 8
"""Hours. Twice within one shift may be one thing that somebody does; in others it is habit."""
_SHIFTS = 21
_LAST_WEEK = (1 << _SHIFTS) - 1
ROUTINE_AT_MOST = Severity.MEDIUM
"""What its sender holds for worse is shown, however often it came."""
_FADE = 0.8
"""How much of its recent peak a signal keeps from one of its windows to the next."""


def faded(value: float, since: Seconds, at: Seconds) -> float:
    """Return what is left at `at` of a value of `since`: it fades with a time constant of a day."""
    return value * exp((since - at) / DAY) if at > since else value


class Decayed(msgspec.Struct, array_like=True, gc=False):
    """A count that forgets; whoever counts is one, as a struct inside would be a third more."""

    value: float
    at: Seconds

    def add(self, at: Seconds) -> None:
        # The constant is one object for all that were counted once, as most were.
        self.value = faded(self.value, self.at, at) + 1.0 if self.value else 1.0
        if at > self.at:
            self.at = at

    def read(self, at: Seconds) -> float:
        return faded(self.value, self.at, at)


def window_of(at: Seconds) -> int:
    """Return the number of its window; the same object again saves memory where it is kept."""
    return _whole(at // WINDOW)


@lru_cache(maxsize=64)
def _whole(number: float) -> int:
    return int(number)


@lru_cache(maxsize=1024)
def signal_of(alert_type: str, entity: str) -> tuple[str, str]:
    """Return the signal; the same tuple again saves memory where it is kept."""
    return alert_type, entity


class SignalPast(msgspec.Struct, array_like=True, gc=False):
    """The past of one type on one entity, and its present window."""

    window: int = -1
    count: int = 0
    """Reports in the present window."""
    claimed: bool = False
    """Whether a storm claimed any of them."""
    surprise: float = 0.0
    """Of the present window so far."""
    peak: float = 0.0
    """The largest count of late, storms included."""
    counts: tuple[int, ...] = ()
    """How many windows held 1, 2-3, 4-7, ... reports."""
    hour: int = 0
    hours: int = 0
    """One bit for each of the 24 hours up to `hour` in which it was heard."""
    busy: float = 0.0
    """Windows of the last day in which it was heard, faded up to `busy_at`."""
    busy_at: Seconds = 0.0
    alert: str = ""
    """Id of its newest alert."""
    shifts: int = 0
    """One bit for each of the shifts of a week, up to that of `hour`, in which it was heard."""

    def hear(self, window: int) -> bool:
        """Count one report; whether its surprise has changed."""
        if window > self.window:
            if self.count:
                self._learn()
            self.window, self.count = window, 1
            self.claimed, self.surprise = False, 0.0
            return True
        if window < self.window:
            return False
        self.count += 1
        return self.count & (self.count - 1) == 0

    def active_hours(self, at: Seconds) -> int:
        """In how many of the last 24 hours it was heard, this window not included."""
        behind = int(at // HOUR) - self.hour
        return ((self.hours << min(max(behind, 0), 24)) & _LAST_DAY).bit_count()

    def earlier_shifts(self, at: Seconds) -> int:
        """In how many shifts of the last week it was heard, the present one not included."""
        behind = int(at // HOUR) // _SHIFT - self.hour // _SHIFT
        known = self.shifts << min(max(behind, 0), _SHIFTS)
        return (known & _LAST_WEEK & ~1).bit_count()

    def excess(self) -> float:
        """How unusual the present count is among the windows in which it is heard at all."""
        bucket = max(self.count.bit_length(), 1)
        heard, tail = sum(self.counts), sum(self.counts[bucket - 1 :])
        if tail:
            return log((heard + 1.0) / (tail + 0.5))
        return log(heard + 1.0) + _DOUBLING * max(0, bucket - len(self.counts) - 1)

    def is_chatter(self, at: Seconds, config: ClusteringConfig) -> bool:
        """Whether it comes up hour after hour and this time as ever."""
        return (
            self.active_hours(at) >= config.chatter_hours and self.excess() < config.chatter_excess
        )

    def is_routine(self, severity: Severity, at: Seconds, config: ClusteringConfig) -> bool:
        """Whether it comes up now and then, not said to be grave and not so often as never yet."""
        return (
            severity <= ROUTINE_AT_MOST
            and self.count.bit_length() <= len(self.counts) + 1
            and self.earlier_shifts(at) >= config.routine_shifts
        )

    def is_steady(self, at: Seconds, config: ClusteringConfig) -> bool:
        """Whether it is on most of the time that it is there."""
        busy = faded(self.busy, self.busy_at, at)
        return busy >= config.steady_windows * self.active_hours(at)

    def surges(self, config: ClusteringConfig) -> bool:
        """Whether it is far above both its past and what it was just now."""
        return self.surprise >= config.surge_surprise and self.count >= 2 * self.peak + 2

    def _learn(self) -> None:
        self.peak = max(self.peak * _FADE, float(self.count))
        if self.claimed:
            return
        bucket = self.count.bit_length()
        counts = [*self.counts, *[0] * (bucket - len(self.counts))]
        counts[bucket - 1] += 1
        self.counts = tuple(counts)
        at = self.window * WINDOW
        hour = int(at // HOUR)
        shifts = min(hour // _SHIFT - self.hour // _SHIFT, _SHIFTS)
        self.shifts = (self.shifts << shifts) & _LAST_WEEK | 1
        self.hours = (self.hours << min(hour - self.hour, 24)) & _LAST_DAY | 1
        self.hour = hour
        self.busy = faded(self.busy, self.busy_at, at) + 1.0
        self.busy_at = max(at, self.busy_at)


class Newcomers(Decayed, array_like=True, gc=False):
    """How often a site brings up a signal never heard before; unsure while all is new."""

    first: Seconds

    def surprise(self, past: SignalPast, at: Seconds) -> float:
        """Return how surprising the present window of a signal of this site is, in nats."""
        age = max(at - self.first, 0.0) + _CALM
        bucket = past.count.bit_length()
        tail = sum(past.counts[bucket - 1 :])
        if not past.counts:
            looked_at = DAY / WINDOW * (1.0 - exp(-age / DAY)) + 1.0
            new = log((looked_at + 1.0) / (self.read(at) + 1.0))
            return max(0.0, new) + _DOUBLING * max(0, bucket - _UNSEEN)
        windows = age / WINDOW + 2.0
        if tail:
            return max(0.0, log(windows / (tail + 0.5)))
        beyond = _DOUBLING * (bucket - len(past.counts))
        return max(0.0, log(windows / (past.counts[-1] + 1.0))) + beyond


_HALF_A_BOUT = 0.5
"""Counted on top, so that no rate is zero."""


class Openings(Decayed, array_like=True, gc=False):
    """How often unrelated bouts begin at an entity or a site, outside storms."""

    first: Seconds

    def rate(self, at: Seconds, prior: Seconds) -> float:
        """Return bouts per second, a day's worth looked at; `prior` is the quiet to begin with."""
        known = DAY * (1.0 - exp(-max(at - self.first, 0.0) / DAY))
        return (self.read(at) + _HALF_A_BOUT) / (known + prior)
