"""Makes a profile of a history, by moments.

1. Each hour weighs by its age; each slot has its own weighted mean.
2. A slot's neighbourhood is the same hour on other days, those of its part of the week first, and
   the hours beside it. How far slots are from their neighbourhoods, beyond chance, says how much
   a slot is believed by itself and how much as its neighbours are (Buehlmann credibility).
3. What counts scatter beyond Poisson is the spread, of a neighbourhood and of all slots together.
4. Before, a count far over all but two others of its neighbourhood is cut: one broken night does
   not hide the next. What comes a third time is how the place is.
5. The last two weeks move all means together, as far as they say more than chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from watchfloor.aiops.baselines.history import UNKNOWN, Counts
from watchfloor.aiops.baselines.profile import Floats, Profile
from watchfloor.aiops.baselines.slots import HOURS_OF_WEEK, SLOTS, Slots

HALF_LIFE = 8 * HOURS_OF_WEEK
RECENT = 2 * HOURS_OF_WEEK
_LEVEL = 0.1
"""How much the level of all hours moves in some weeks: standard deviation of its logarithm."""
_POSSIBLE = 5.0
"""Standard deviations; a count of the last weeks beyond says nothing of their level."""
_GROUPS = 3 * 24
"""Hours of working days, of weekends and of holidays."""
_FAR = 2
"""How many times the third largest a count is cut to."""
_NARROWEST, _WIDEST = -1.0, 20.0
"""Spreads: of headcounts by a roster, and of a slot that is nearly always empty and now and then
is not."""
_PRIOR = 30.0
"""Samples for which a neighbourhood is believed to scatter as all hours do."""
_LEAST = 0.25
"""Smallest variance beside the mean (see `CountLaw`)."""


@dataclass(frozen=True, slots=True)
class _Sample:
    """The known hours: their counts, slots and weights."""

    counts: Floats
    slots: Slots
    weights: Floats

    def sums(self, values: Floats) -> Floats:
        return np.bincount(self.slots, weights=values, minlength=SLOTS).astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Means:
    """By slot: the mean, its variance, and how many hours it rests on, lent ones too."""

    means: Floats
    doubts: Floats
    samples: Floats


def fit(counts: Counts, slots: Slots, span: int = 1) -> Profile:
    """Return the profile as of the hour after the last one.

    `counts` may be of the `span` hours up to each hour: then one says as little as it is new.
    """
    known = counts != UNKNOWN
    ages = np.arange(len(counts) - 1, -1, -1)[known]
    usual = _cut(counts[known], slots[known])
    sample = _Sample(usual, slots[known], 0.5 ** (ages / HALF_LIFE))
    return _levelled(_profile(sample), sample, ages, span)


def _profile(sample: _Sample) -> Profile:
    spread = _overall_spread(sample)
    means = _credible(sample, np.full(SLOTS, spread))
    spreads = _local_spreads(sample, means.means, spread)
    means = _credible(sample, spreads)
    return Profile(means.means, spreads, means.doubts, means.samples, level=1.0)


def _cut(counts: Counts, slots: Slots) -> Floats:
    """Return the counts without what came once or twice and is far from all the rest."""
    day, hour = np.divmod(slots, 24)
    group = hour + 24 * ((day >= 5).astype(int) + (day >= 7))
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], np.arange(1, _GROUPS))
    third = np.full(_GROUPS, np.inf)
    for one, alike in enumerate(np.split(counts[order], begins)):
        if len(alike) >= 3:
            third[one] = np.partition(alike, -3)[-3]
    cut: Floats = np.minimum(counts, _FAR * third[group] + 3)
    return cut


def _overall_spread(sample: _Sample) -> float:
    """Return the spread about the slots' own means, of slots that were seen twice and more."""
    weight, squares = sample.sums(sample.weights), sample.sums(sample.weights**2)
    own = _over(sample.sums(sample.weights * sample.counts), weight)
    apart = sample.sums(sample.weights * (sample.counts - own[sample.slots]) ** 2)
    free = weight - _over(squares, weight)  # what is left when the mean is taken from the same
    beyond = np.sum(apart - free * own)
    return float(np.clip(_ratio(beyond, np.sum(free * own**2)), _NARROWEST, _WIDEST))


def _local_spreads(sample: _Sample, means: Floats, overall: float) -> Floats:
    """Return the spread of each neighbourhood, drawn to that of all where it has few samples."""
    squared = means[sample.slots] ** 2
    beyond = (sample.counts - means[sample.slots]) ** 2 - means[sample.slots]
    near = NEIGHBOURS + np.eye(SLOTS)
    seen = near @ sample.sums(sample.weights * squared)
    found = near @ sample.sums(sample.weights * beyond)
    prior = _PRIOR * np.maximum(means, 1e-3) ** 2
    return np.clip((found + prior * overall) / (seen + prior), _NARROWEST, _WIDEST)


def _credible(sample: _Sample, spreads: Floats) -> _Means:
    """Return means between what a slot says and what its neighbourhood says."""
    weight, squares = sample.sums(sample.weights), sample.sums(sample.weights**2)
    total = sample.sums(sample.weights * sample.counts)
    seen = _over(weight**2, squares)  # samples of equal weight that would say as much
    own = _over(total, weight)
    around, around_seen = _around(own, seen)
    chance = _variance(around, spreads)
    between = _between(own, around, seen, chance)
    prior = between * around**2 + chance / around_seen
    trust = seen * prior / (seen * prior + chance)
    doubts = (1.0 - trust) * prior
    hours = sample.sums(np.ones_like(sample.weights))
    samples = hours + (1.0 - trust) * (NEIGHBOURS @ hours)
    return _Means(trust * own + (1.0 - trust) * around, doubts, samples)


def _around(own: Floats, seen: Floats) -> tuple[Floats, Floats]:
    """Return the mean of each neighbourhood and its samples, all slots counting a little.

    Half a count is added: a slot that never had any is not certain to have none (Jeffreys).
    """
    everywhere = _ratio(float(own @ seen), float(seen.sum()))
    near = NEIGHBOURS @ seen
    return (NEIGHBOURS @ (own * seen) + everywhere + 0.5) / (near + 1.0), near + 1.0


def _between(own: Floats, around: Floats, seen: Floats, chance: Floats) -> float:
    """Return how far slots are from their neighbourhoods beyond chance, relative and squared."""
    known = seen > 0
    apart = seen[known] * (own[known] - around[known]) ** 2 - chance[known]
    return max(0.0, _ratio(float(apart.sum()), float((seen[known] * around[known] ** 2).sum())))


def _levelled(profile: Profile, sample: _Sample, ages: NDArray[np.int64], span: int) -> Profile:
    """Move all means by what the last weeks say beside them."""
    late = ages < RECENT
    means = profile.means[sample.slots[late]]
    variance = _variance(means, profile.spreads[sample.slots[late]])
    counts = np.minimum(sample.counts[late], np.ceil(means + _POSSIBLE * np.sqrt(variance)))
    information = float(np.sum(means**2 / variance)) / span + 1.0 / _LEVEL**2
    found = float(np.sum((counts - means) * means / variance)) / span
    level, unsure = float(np.clip(1.0 + found / information, 0.5, 2.0)), 1.0 / information
    doubts = profile.doubts * level**2 + unsure * profile.means**2
    return replace(profile, means=profile.means * level, doubts=doubts, level=level)


def _neighbours() -> Floats:
    """Return how much each slot says of each other: 192 x 192, nothing of itself."""
    near = np.zeros((SLOTS, SLOTS))
    for slot in range(SLOTS):
        day, hour = divmod(slot, 24)
        for other in range(8):
            alike = (day >= 5) == (other >= 5)
            near[slot, other * 24 + hour] = 1.0 if alike else 0.1
        for beside in (slot - 1, slot + 1):
            if slot < HOURS_OF_WEEK:
                near[slot, beside % HOURS_OF_WEEK] = 0.1
        near[slot, slot] = 0.0
    return near


def _variance(means: Floats, spreads: Floats) -> Floats:
    return np.maximum(means + spreads * means**2, _LEAST * means)


def _over(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


NEIGHBOURS = _neighbours()
