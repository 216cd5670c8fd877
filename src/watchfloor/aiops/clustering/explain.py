"""What would have split it: the least change of one fact that sends a bout elsewhere.

A pure function of the decision as it is stored. Features that weigh a measure (a gap in time, a
rate of chance) say how much of it could have changed; the others hold or do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

Features = Sequence[tuple[str, float]]

_ADVISER = "adviser"
_GAP = "time_gap"
_CHANCE = "chance"
_FIXED = frozenset({"life_safety", "nothing_near", "same_bout"})
"""What no change of one fact makes another decision of."""
_LINEAR = frozenset({"ill_place"})
"""Evidence that is weakened by chance times time, and not by the odds against it."""
_ONLY = frozenset({"follows", "routine"})
"""Asked for where nothing is near: without it there would be a cluster of its own."""


class Where(StrEnum):
    """Where the bout would have gone instead."""

    OWN = "own"
    RUNNER_UP = "runner_up"
    ELSEWHERE = "elsewhere"
    """By rules that the stored decision does not tell of."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A change that would have sent the bout elsewhere."""

    feature: str
    factor: float | None
    """The fact so many times as large; None: had it not held at all."""
    leads_to: Where


def turns(
    features: Features, *, score: float, threshold: float, opened: bool, runner_up_score: float
) -> tuple[Turn, ...]:
    """Return the changes, those of a measure first.

    >>> near = [("same_site", 1.0), ("time_gap", -0.25)]
    >>> turns(near, score=0.75, threshold=0.5, opened=False, runner_up_score=0.0)[0]
    Turn(feature='time_gap', factor=2.0, leads_to=<Where.OWN: 'own'>)
    """
    if not features or features[0][0] in _FIXED or features[0][0].startswith("correction:"):
        return ()
    first, weights = features[0][0], dict(features)
    if first == _ADVISER:  # it was asked because the rules would have opened a cluster
        return (Turn(first, None, Where.OWN),)
    if opened:
        return _into(first, weights, score, threshold, runner_up_score)
    is_rival = threshold > 0.0 and runner_up_score >= threshold
    # Only what is near competes by score; other reasons go before it, whatever it scores.
    bar = max(threshold, runner_up_score) if is_rival and _is_near(first) else threshold
    away = Where.RUNNER_UP if is_rival else _fallback(first)
    measured = _measured(first, weights, score, bar)
    return (*(Turn(name, factor, away) for name, factor in measured), Turn(first, None, away))


def _into(
    first: str, weights: dict[str, float], score: float, threshold: float, runner_up: float
) -> tuple[Turn, ...]:
    """It began a cluster: what would have had it join the nearest one."""
    if score >= threshold:  # a reason of its own, whatever was near
        near = Where.RUNNER_UP if runner_up >= threshold else Where.ELSEWHERE
        return (Turn(first, None, near),)
    off = -weights.get(_GAP, 0.0)
    return (Turn(_GAP, (1.0 - threshold) / off, Where.RUNNER_UP),) if off > 0.0 else ()


def _measured(
    first: str, weights: dict[str, float], score: float, bar: float
) -> list[tuple[str, float]]:
    gap, chance = -weights.get(_GAP, 0.0), -weights.get(_CHANCE, 0.0)
    if 0.0 < gap <= 1.0 - bar:
        return [(_GAP, (1.0 - bar) / gap)]
    if chance <= 0.0 or not 0.0 < bar < 1.0:
        return []
    if first in _LINEAR:
        return [(_CHANCE, (1.0 - bar) / chance)]
    return [(_CHANCE, score / (1.0 - score) * (1.0 - bar) / bar)]


def _is_near(first: str) -> bool:
    return first.startswith("same_")


def _fallback(first: str) -> Where:
    return Where.OWN if _is_near(first) or first in _ONLY else Where.ELSEWHERE
