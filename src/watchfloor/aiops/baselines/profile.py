"""What is expected of one metric at one site, slot by slot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchfloor.aiops.baselines.law import CountLaw

STABLE = 30
"""Samples with which a slot is called stable."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Profile:
    """For each slot the mean that is expected now, how far single counts and the mean itself are
    from being known, and how many hours it rests on.

    `level` is how the last weeks stand beside the weeks before; the means have it in them.
    """

    means: Floats
    spreads: Floats
    doubts: Floats
    """Variance of each mean: what more samples would lessen."""
    samples: Floats
    level: float

    def law(self, slot: int) -> CountLaw:
        """Return the law of a count to come: it scatters by chance, and by what is not known."""
        mean = float(self.means[slot])
        return CountLaw(mean, float(self.spreads[slot]) + float(self.doubts[slot]) / mean**2)

    def is_stable(self, slot: int) -> bool:
        return bool(self.samples[slot] >= STABLE)
