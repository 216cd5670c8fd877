"""A model of which cases reviews confirm: learnt from 500 of them, used only if it beats the rules.

What it looks at is what was known when a case opened, kept with the case: nothing of later. The
latest cases judge it, beside the score of the rules brought to a probability in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, nan, sqrt

import msgspec

from watchfloor.aiops.errors import AiopsError
from watchfloor.aiops.fraud.profile import Profile
from watchfloor.aiops.fraud.score import Record, Score
from watchfloor.aiops.ml.artifact import Artifact, Card
from watchfloor.aiops.ml.calibration import fit_platt
from watchfloor.aiops.ml.fitting import fit, library
from watchfloor.aiops.ml.schema import Feature, FeatureSchema
from watchfloor.aiops.ml.trees import Trees
from watchfloor.aiops.types import Seconds

KIND = "fraud"
ENOUGH = 500
"""Reviewed cases; of fewer, what a model learns is who reviewed them."""
LEAST_OF_EACH = 50
DETECTORS = (
    "travel", "two_places", "shared_device", "shared_face", "mock", "teleport", "network",
    "frozen", "poor_match", "lifeless", "clockwork", "attendance", "inactivity",
)  # fmt: skip
SCHEMA = FeatureSchema(
    1,
    (
        *(Feature(f"confidence of {detector}", "share", 1) for detector in DETECTORS),
        Feature("score", "share", 1),
        Feature("suspicions", "count"),
        Feature("cases confirmed before", "count", 1),
        Feature("cases cleared before", "count", -1),
        Feature("attendances", "count"),
        Feature("sites", "count"),
        Feature("punctual", "share"),
        Feature("at night", "share"),
        Feature("mean match", "share"),
    ),
)
_SCORE = len(DETECTORS)
_FITTED, _CALIBRATED = 0.55, 0.7
"""Shares of the cases, oldest first. The rest judges."""
_BY_LUCK = 1.645
"""Standard errors, which luck alone exceeds once in twenty."""


class TooFewCases(AiopsError):
    """There is too little to learn from: the rules decide alone."""


class Reviewed(msgspec.Struct, frozen=True):
    """A case that was decided: when it opened, what was known then, and whether it was so."""

    opened_at: Seconds
    row: tuple[float, ...]
    was_so: bool


class Gate(msgspec.Struct, frozen=True):
    """How both did on the latest cases: mean log loss in nats, the less the better."""

    judged: int
    rules: float
    model: float
    passes: bool
    """Whether the model is better by more than luck."""


def features(score: Score, suspicions: int, before: Record, usual: Profile) -> tuple[float, ...]:
    """Return what is known of a person as a case opens; NaN is not known."""
    by_detector = {one.suspicion.detector: one.confidence for one in score.contributions}
    told = (usual.punctual, usual.night, usual.match_mean)
    return (
        *(by_detector.get(detector, 0.0) for detector in DETECTORS),
        score.value,
        float(suspicions),
        float(before.confirmed),
        float(before.cleared),
        float(usual.attendances),
        float(usual.site_variety),
        *(nan if value is None else value for value in told),
    )


def train(cases: Sequence[Reviewed]) -> Artifact:
    """Return a model with its gate on its card. Raises: TooFewCases."""
    ordered = sorted(cases, key=lambda case: case.opened_at)
    confirmed = sum(case.was_so for case in ordered)
    if len(ordered) < ENOUGH or min(confirmed, len(ordered) - confirmed) < LEAST_OF_EACH:
        raise TooFewCases(
            f"{len(ordered)} reviewed cases, {confirmed} of them confirmed: {ENOUGH} are needed,"
            f" {LEAST_OF_EACH} of each kind"
        )
    fitted, calibrated = (int(share * len(ordered)) for share in (_FITTED, _CALIBRATED))
    early, middle, late = ordered[:fitted], ordered[fitted:calibrated], ordered[calibrated:]
    trees = fit(SCHEMA, _rows(early), _answers(early), [1.0] * len(early))
    margins = Trees(trees).margins(_rows(middle))
    card = Card(
        kind=KIND,
        features=SCHEMA,
        calibration=fit_platt(margins, _answers(middle)),
        threshold=0.5,
        library=library(),
        trained={"cases": len(ordered), "confirmed": confirmed, "fitted": len(early)},
    )
    gate = _judge(Artifact(card, trees), [*early, *middle], late)
    card = msgspec.structs.replace(card, gate=msgspec.to_builtins(gate))
    return Artifact(card, trees)


class FraudModel:
    """A trained model, ready to be asked."""

    def __init__(self, artifact: Artifact) -> None:
        self._trees, self._calibration = Trees(artifact.trees), artifact.card.calibration

    def probability(self, row: Sequence[float]) -> float:
        """Return how likely reviews are to confirm such a case."""
        return self._calibration.probability(self._trees.margins([row])[0])

    def reasons(self, row: Sequence[float], most: int = 3) -> list[str]:
        """Return the names of what speaks loudest, for or against."""
        parts = self._trees.contributions(row)[:-1]
        ranked = sorted(zip(parts, SCHEMA.names, strict=True), key=lambda part: -abs(part[0]))
        loudest = [(part, name) for part, name in ranked[:most] if part]
        return [f"{'for' if part > 0 else 'against'}: {name}" for part, name in loudest]


def _judge(artifact: Artifact, known: Sequence[Reviewed], late: Sequence[Reviewed]) -> Gate:
    model = FraudModel(artifact)
    rules = fit_platt([_log_odds(case) for case in known], _answers(known))
    ours = [_loss(model.probability(case.row), case.was_so) for case in late]
    theirs = [_loss(rules.probability(_log_odds(case)), case.was_so) for case in late]
    gains = [rule - mine for rule, mine in zip(theirs, ours, strict=True)]
    many = len(gains)
    mean = sum(gains) / many
    error = sqrt(sum((gain - mean) ** 2 for gain in gains) / max(many - 1, 1) / many)
    return Gate(many, sum(theirs) / many, sum(ours) / many, mean > _BY_LUCK * error)


def _log_odds(case: Reviewed) -> float:
    value = min(max(case.row[_SCORE], 0.001), 0.999)
    return log(value / (1.0 - value))


def _loss(probability: float, was_so: bool) -> float:
    right = probability if was_so else 1.0 - probability
    return -log(max(right, 1e-9))


def _rows(cases: Sequence[Reviewed]) -> list[tuple[float, ...]]:
    return [case.row for case in cases]


def _answers(cases: Sequence[Reviewed]) -> list[bool]:
    return [case.was_so for case in cases]
