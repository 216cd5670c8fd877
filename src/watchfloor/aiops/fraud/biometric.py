"""Biometric checks that look like nobody stood there: poor matches, no life, minutes by clockwork.

Many checks are needed: one poor photo is the light's fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt
from statistics import fmean, pstdev

import msgspec

from watchfloor.aiops.fraud.suspicion import MOST, Suspicion
from watchfloor.aiops.types import Seconds

ENOUGH = 10
LEAST_MEAN = 0.7
LEAST_LIVENESS = 0.5
MOST_LIFELESS = 0.3
LEAST_DISTINCT = 0.3
_MINUTES_OF_DAY = 1440
_CLOCKWORK = 0.8
"""A script is likely; so is a siren that calls a shift to the gate."""


class Check(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One check. Scores are in [0, 1]; None where the sender does not tell."""

    at: Seconds
    confidence: float | None = None
    liveness: float | None = None


def pattern(
    checks: Sequence[Check], *, least_mean: float = LEAST_MEAN, most_lifeless: float = MOST_LIFELESS
) -> list[Suspicion]:
    """Return what is wrong with the checks of one person, at least `ENOUGH` of them."""
    if len(checks) < ENOUGH:
        return []
    found = (_poor(checks, least_mean), _lifeless(checks, most_lifeless), *_clockwork(checks))
    return [suspicion for suspicion in found if suspicion is not None]


def _poor(checks: Sequence[Check], least: float) -> Suspicion | None:
    """Matches are poor on the whole. The surer, the more errors of the mean they lie below."""
    scores = [check.confidence for check in checks if check.confidence is not None]
    if len(scores) < ENOUGH or fmean(scores) >= least:
        return None
    mean = fmean(scores)
    errors = (least - mean) / max(pstdev(scores) / sqrt(len(scores)), 0.01)
    confidence = min(0.9, 0.5 + 0.1 * errors)
    says = f"The mean match of {len(scores)} checks is {mean:.2f}."
    return Suspicion("poor_match", confidence, says)


def _lifeless(checks: Sequence[Check], most: float) -> Suspicion | None:
    """Too many checks show no life: a photo is held up. The surer, the more of them do."""
    scores = [check.liveness for check in checks if check.liveness is not None]
    lifeless = sum(score < LEAST_LIVENESS for score in scores)
    if len(scores) < ENOUGH or lifeless <= most * len(scores):
        return None
    share = lifeless / len(scores)
    confidence = min(MOST, 0.7 + 0.3 * (share - most) / (1.0 - most))
    says = f"{lifeless} of {len(scores)} checks show no life."
    return Suspicion("lifeless", confidence, says)


def _clockwork(checks: Sequence[Check]) -> Iterator[Suspicion]:
    minutes = {int(check.at // 60) % _MINUTES_OF_DAY for check in checks}
    if len(minutes) < LEAST_DISTINCT * len(checks):
        says = f"{len(checks)} checks fall on {len(minutes)} minutes of the day."
        yield Suspicion("clockwork", _CLOCKWORK, says)
