"""One score of a person out of all suspicions that stand: noisy-OR of calibrated confidences.

A certain one suffices by itself, which a weighted sum never allows. A score never acts: it opens a
case for people to look at. It fades (half-life) and expires, and it says what it is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import log, prod

import msgspec

from watchfloor.aiops.fraud.suspicion import MOST
from watchfloor.aiops.types import Seconds

DAY: Seconds = 86_400.0
HALF_LIFE: Seconds = 10 * DAY
EXPIRES: Seconds = 30 * DAY
CASE_FROM = 0.5
_LEVELS = ((0.8, "CRITICAL"), (0.6, "HIGH"), (0.4, "MEDIUM"), (0.2, "LOW"))
_WEIGHT_OF_RULES = 20.0
"""So many reviewed cases weigh as much as what a detector says itself."""


class Record(msgspec.Struct, frozen=True):
    """What reviews said of a detector's suspicions."""

    confirmed: int = 0
    cleared: int = 0


class Given(msgspec.Struct, frozen=True):
    """A suspicion as it was given: by which detector, when, how sure."""

    id: str
    detector: str
    at: Seconds
    confidence: float
    says: str = ""


class Contribution(msgspec.Struct, frozen=True):
    """What a suspicion adds to a score. `share` is its part of the evidence; all parts make 1."""

    suspicion: Given
    confidence: float
    share: float


class Score(msgspec.Struct, frozen=True):
    value: float
    contributions: tuple[Contribution, ...] = ()
    """The weightiest first."""

    @property
    def level(self) -> str:
        return next((name for least, name in _LEVELS if self.value >= least), "MINIMAL")

    @property
    def opens_case(self) -> bool:
        return self.value >= CASE_FROM


def score(suspicions: Iterable[Given], at: Seconds, records: Mapping[str, Record] = {}) -> Score:
    """Return the score at a moment. Suspicions that reviews took back are not to be given.

    Of each detector the strongest counts: a bad phone gives the same suspicion every day, which
    makes it no surer.
    """
    strongest: dict[str, tuple[float, Given]] = {}
    for suspicion in sorted(suspicions, key=lambda one: (one.at, one.id)):
        age = at - suspicion.at
        if not 0.0 <= age < EXPIRES:
            continue
        sure = calibrated(suspicion.confidence, records.get(suspicion.detector, Record()))
        faded = sure * 0.5 ** (age / HALF_LIFE)
        if faded >= strongest.get(suspicion.detector, (0.0,))[0]:
            strongest[suspicion.detector] = (faded, suspicion)
    value = 1.0 - prod(1.0 - faded for faded, _ in strongest.values())
    evidence = -log(1.0 - value) if strongest else 1.0
    parts = (
        Contribution(suspicion, faded, -log(1.0 - faded) / evidence)
        for faded, suspicion in strongest.values()
    )
    return Score(value, tuple(sorted(parts, key=lambda one: (-one.share, one.suspicion.id))))


def calibrated(confidence: float, record: Record) -> float:
    """Return a confidence as reviews bear it out: it counts as so many reviewed cases of its own.

    >>> round(calibrated(0.8, Record(confirmed=0, cleared=20)), 2)
    0.4
    """
    base = min(max(confidence, 1.0 - MOST), MOST)
    seen = record.confirmed + record.cleared
    share = (record.confirmed + _WEIGHT_OF_RULES * base) / (seen + _WEIGHT_OF_RULES)
    return min(MOST, share)
