"""Weeks of counts made by a known law: busy days, quiet nights, slow weekends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watchfloor.aiops.baselines.history import Counts
from watchfloor.aiops.baselines.slots import HOURS_OF_WEEK, Slots, slots_of

MONDAY = 96
"""Number of the first hour of a Monday."""
Floats = NDArray[np.float64]


def usual(scale: float) -> Floats:
    """Return the mean of each hour of the week."""
    hour = np.arange(HOURS_OF_WEEK)
    day = np.exp(-(((hour % 24) - 8) ** 2) / 8) + 0.6 * np.exp(-(((hour % 24) - 18) ** 2) / 18)
    return scale * (0.05 + day) * np.where(hour >= 120, 0.4, 1.0)


def weeks(number: int, scale: float, spread: float = 0.0, seed: int = 1) -> Counts:
    rng = np.random.default_rng(seed)
    means = np.tile(usual(scale), number)
    if spread:
        means = means * rng.gamma(1 / spread, spread, len(means))
    return rng.poisson(means).astype(np.int32)


def slots_for(counts: Counts) -> Slots:
    return slots_of(MONDAY, len(counts), "UTC")
