"""From a model's margin to a probability that can be taken at its word (Platt's method).

Two numbers, kept in the model's card: `1 / (1 + exp(-(slope * margin + offset)))`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, log1p

import msgspec

from watchfloor.aiops.errors import ShapeError

_STEPS = 50
_ENOUGH = 1e-12
_LEAST_SHARE = 1e-6
"""Of a step that is too long, the least that is tried."""
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
    loss = _loss(margins, wanted, slope, offset)
    for _ in range(_STEPS):
        by_slope, by_offset = _newton(margins, wanted, slope, offset)
        share, better = 1.0, loss
        while share > _LEAST_SHARE:
            there = (slope - share * by_slope, offset - share * by_offset)
            better = _loss(margins, wanted, *there)
            if better < loss:
                slope, offset = there
                break
            share /= 2.0
        if loss - better < _ENOUGH:
            break
        loss = better
    return Platt(slope, offset) if slope > 0.0 else Platt(0.0, _log_odds(wanted))


def _loss(margins: Sequence[float], wanted: Sequence[float], slope: float, offset: float) -> float:
    """Return the mean log loss, in nats."""
    total = 0.0
    for margin, target in zip(margins, wanted, strict=True):
        x = slope * margin + offset
        total += max(x, 0.0) - target * x + log1p(exp(-abs(x)))
    return total / len(wanted)


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
    return by_slope, by_offset


def _log_odds(wanted: Sequence[float]) -> float:
    share = sum(wanted) / len(wanted)
    return log(share / (1.0 - share))


def _logistic(x: float) -> float:
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    low = exp(x)
    return low / (1.0 + low)
