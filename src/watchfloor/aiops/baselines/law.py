"""The law of a count: Poisson; negative binomial where counts scatter more; binomial where less.

The three are one recursion (Panjer's class), told apart by the sign of their spread. Guards who
come by a roster scatter less than chance, alarms more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

_ENOUGH = 1e-12
"""Terms smaller than this part of their sum change no decision."""
_POISSON = 1e-9
"""Of a smaller spread the laws differ by less than rounding does."""
_ROUNDING = 1e-6
_NARROWEST = 0.75
"""Largest share of its trials that a binomial mean is: its variance is a quarter of it then."""


@dataclass(frozen=True, slots=True)
class CountLaw:
    """Counts with `mean`, whose variance is `mean + spread * mean ** 2`.

    Of a negative spread it is at least a quarter of the mean, so that no count near the usual
    ones is impossible.

    Tails are exact sums, cheap near the mean and dear far below a huge one: about 2 us a term,
    as many terms as a few standard deviations hold.
    """

    mean: float
    spread: float = 0.0

    @property
    def variance(self) -> float:
        spread = max(self.spread, -_NARROWEST / self.mean) if self.mean > 0 else 0.0
        return self.mean + spread * self.mean**2

    def at_most(self, count: int) -> float:
        """Return the chance of `count` or fewer.

        >>> round(CountLaw(2.0).at_most(0), 4)
        0.1353
        """
        if count < 0:
            return 0.0
        if count < self.mean:
            return _sum(self._downwards(count))
        return 1.0 - _sum(self._upwards(count + 1))

    def at_least(self, count: int) -> float:
        """Return the chance of `count` or more."""
        if count <= 0:
            return 1.0
        if count > self.mean:
            return _sum(self._upwards(count))
        return 1.0 - _sum(self._downwards(count - 1))

    def quantile(self, share: float) -> int:
        """Return the smallest count that at least `share` of all counts do not exceed.

        >>> [CountLaw(4.0).quantile(share) for share in (0.05, 0.5, 0.95)]
        [1, 4, 8]
        """
        middle = math.ceil(self.mean)
        reached = self.at_most(middle)
        begin, reached = (middle + 1, reached) if reached < share else (0, 0.0)
        for count, term in enumerate(self._upwards(begin), start=begin):
            reached += term
            if reached >= share or term == 0.0:
                return count
        raise AssertionError("counts go on without an end")

    def _upwards(self, count: int) -> Iterator[float]:
        term = self._chance(count)
        while True:
            yield term
            term *= self._ratio(count)
            count += 1

    def _downwards(self, count: int) -> Iterator[float]:
        term = self._chance(count)
        for below in range(count - 1, -1, -1):
            yield term
            term /= self._ratio(below)
        yield term

    def _ratio(self, count: int) -> float:
        """Return how much likelier `count + 1` is than `count`."""
        trials = self._trials
        if trials is not None:
            share = self.mean / trials
            return max(0.0, (trials - count) * share / ((count + 1) * (1.0 - share)))
        if self.spread < _POISSON:
            return self.mean / (count + 1)
        return (count * self.spread + 1) * self.mean / ((count + 1) * (1 + self.spread * self.mean))

    @property
    def _trials(self) -> int | None:
        """Return of how many the count is a part, where it is binomial."""
        if self.spread > -_POISSON or self.mean <= 0.0:
            return None
        return math.ceil(max(-1.0 / self.spread, self.mean / _NARROWEST) - _ROUNDING)

    def _chance(self, count: int) -> float:
        trials = self._trials
        if self.mean <= 0.0:
            return float(count == 0)
        if trials is not None:
            return _binomial(count, trials, self.mean / trials)
        if self.spread < _POISSON:
            return math.exp(count * math.log(self.mean) - self.mean - math.lgamma(count + 1))
        return _negative_binomial(count, 1.0 / self.spread, self.spread * self.mean)


def _binomial(count: int, trials: int, share: float) -> float:
    if count > trials:
        return 0.0
    ways = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
    return math.exp(ways + count * math.log(share) + (trials - count) * math.log1p(-share))


def _negative_binomial(count: int, size: float, odds: float) -> float:
    ways = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return math.exp(ways + count * math.log(odds) - (count + size) * math.log1p(odds))


def _sum(terms: Iterator[float]) -> float:
    """Add terms up to where they no longer count. They fall, once they have begun to."""
    total, last = 0.0, math.inf
    for term in terms:
        total += term
        if term <= last and term <= _ENOUGH * total:
            break
        last = term
    return min(total, 1.0)
