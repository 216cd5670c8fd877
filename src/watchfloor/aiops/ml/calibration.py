"""From a model's margin to a probability that can be taken at its word (Platt's method).

Two numbers, kept in the model's card: `1 / (1 + exp(-(slope * margin + offset)))`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

import msgspec

from watchfloor.aiops.errors import ShapeError

_STEPS = 50
_ENOUGH = 1e-9
_RIDGE = 1e-6


class Platt(msgspec.Struct, frozen=True):
    slope: float = 1.0
    offset: float = 0.0

    def probability(self, margin: float) -> float:
        """Return the probability for a margin in nats."""
        return _logistic(self.slope * margin + self.offset)


def fit_platt(margins: Sequence[float], labels: Sequence[bool]) -> Platt:
    """Return the calibration of margins that the model has not been trained on.

    Labels are softened by one case of each kind, as Platt does: few labels must not make it sure.
    A slope below 0 would turn the model round; it stays flat instead.
    Raises: ShapeError if the two are of different lengths, or empty.
    """
    if len(margins) != len(labels) or not labels:
        raise ShapeError(f"{len(margins)} margins for {len(labels)} labels")
    true = sum(labels)
    yes, no = (true + 1.0) / (true + 2.0), 1.0 / (len(labels) - true + 2.0)
    wanted = [yes if label else no for label in labels]
    slope, offset = 1.0, 0.0
    for _ in range(_STEPS):
        by_slope, by_offset = _newton(margins, wanted, slope, offset)
        slope, offset = slope - by_slope, offset - by_offset
        if abs(by_slope) + abs(by_offset) < _ENOUGH:
            break
    return Platt(slope, offset) if slope > 0.0 else Platt(0.0, _log_odds(wanted))


def _newton(
    margins: Sequence[float], wanted: Sequence[float], slope: float, offset: float
) -> tuple[float, float]:
    """Return the step of slope and offset, by gradient and Hessian of the log loss."""
    g_slope = g_offset = h_mixed = 0.0
    h_slope = h_offset = _RIDGE
    for margin, target in zip(margins, wanted, strict=True):
        p = _logistic(slope * margin + offset)
        off, weight = p - target, max(p * (1.0 - p), 1e-12)
        g_slope += off * margin
        g_offset += off
        h_slope += weight * margin * margin
        h_mixed += weight * margin
        h_offset += weight
    size = h_slope * h_offset - h_mixed * h_mixed
    by_slope = (h_offset * g_slope - h_mixed * g_offset) / size
    by_offset = (h_slope * g_offset - h_mixed * g_slope) / size
    return _bounded(by_slope), _bounded(by_offset)


def _bounded(step: float) -> float:
    return max(-2.0, min(2.0, step))


def _log_odds(wanted: Sequence[float]) -> float:
    share = sum(wanted) / len(wanted)
    return log(share / (1.0 - share))


def _logistic(x: float) -> float:
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    low = exp(x)
    return low / (1.0 + low)
