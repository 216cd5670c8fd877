"""From a stream and what is known of it to a link model that was held against the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf

import msgspec

from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import SetAdviser, SetLessons
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.learned import LearnedModel, RuleModel
from watchfloor.aiops.clustering.lessons import Lesson
from watchfloor.aiops.clustering.pairs import SCHEMA
from watchfloor.aiops.errors import AiopsError
from watchfloor.aiops.ml.artifact import Artifact, Card
from watchfloor.aiops.ml.calibration import Platt, fit_platt
from watchfloor.aiops.ml.fitting import ROUNDS, SHAPE, fit, library
from watchfloor.aiops.ml.trees import Trees
from watchfloor.aiops.training.examples import (
    Asked,
    Example,
    LabelledPair,
    Labels,
    Notebook,
    Teacher,
)
from watchfloor.aiops.training.gate import Gate, judge
from watchfloor.aiops.training.weak import weak_pairs
from watchfloor.aiops.types import Seconds

THRESHOLD = 0.9
"""A wrong join costs as much as nine missed ones: so sure must the model be."""
LEAST, LEAST_CALIBRATED = 25, 10
"""Examples of each kind, from which on there is something to learn, and to calibrate by."""
FITTED, CALIBRATED = 0.6, 0.75
"""Shares of the time by which fitting, and calibration, end. The rest is for the gate."""


class TooFewLabels(AiopsError):
    """There is too little to learn from: the rules decide alone."""


class Trained(msgspec.Struct, frozen=True):
    artifact: Artifact
    gate: Gate


def train(
    views: Sequence[ReportView],
    *,
    labels: Mapping[str, str] | None = None,
    said: Iterable[LabelledPair] = (),
    config: ClusteringConfig = ClusteringConfig(),
    lessons: tuple[Lesson, ...] = (),
) -> Trained:
    """Return a model fitted on the first part of the stream and judged on the last.

    `lessons` bind both sides: what they put right already is not the model's to learn.

    Raises: TooFewLabels.
    """
    known, said = Labels(labels or {}), list(said)
    seen = list(weak_pairs(views))
    asked = ask(views, config, lessons)
    teacher = Teacher(known, said, seen)
    fitted_by, calibrated_by = _splits(views)
    early = teacher.examples(one for one in asked if one.at < fitted_by)
    middle = teacher.examples(one for one in asked if fitted_by <= one.at < calibrated_by)
    _check([one.label for one in early], LEAST)
    artifact = _fit(early, middle)
    gate = judge(
        views,
        LearnedModel(artifact),
        since=calibrated_by,
        config=config,
        lessons=lessons,
        labels=known,
        known=[*seen, *said],
    )
    card = msgspec.structs.replace(artifact.card, gate=gate.card())
    return Trained(msgspec.structs.replace(artifact, card=card), gate)


def ask(
    views: Iterable[ReportView], config: ClusteringConfig, lessons: tuple[Lesson, ...] = ()
) -> list[Asked]:
    """Return what an adviser would have been asked by the rules alone, and what else was near."""
    notebook = Notebook()
    clusterer = OnlineClusterer(config, advisers=lambda _: RuleModel(config))
    clusterer.watch(notebook.look)
    clusterer.apply(SetAdviser("rules"))
    clusterer.apply(SetLessons(lessons))
    for view in views:
        answer = clusterer.apply(view)
        if answer is not None and answer.opened_bout:
            notebook.begin(view)
    return notebook.asked


def _splits(views: Sequence[ReportView]) -> tuple[Seconds, Seconds]:
    times = sorted(view.at for view in views)
    return times[int(FITTED * len(times))], times[int(CALIBRATED * len(times))]


def _check(labels: Sequence[bool], least: int) -> None:
    for kind, name in ((True, "belong together"), (False, "do not")):
        count = sum(label is kind for label in labels)
        if count < least:
            raise TooFewLabels(
                f"of {count} pairs it is known that they {name}, where {least} are needed: the"
                " rules decide alone"
            )


def _fit(early: Sequence[Example], middle: Sequence[Example]) -> Artifact:
    trees = fit(
        SCHEMA,
        [one.row for one in early],
        [one.label for one in early],
        [one.weight for one in early],
    )
    card = Card(
        kind="link",
        features=SCHEMA,
        calibration=_calibrate(trees, middle),
        threshold=THRESHOLD,
        library=library(),
        trained={
            "fitted": _counts(early),
            "calibrated": _counts(middle),
            "from": early[0].at,
            "until": middle[-1].at if middle else early[-1].at,
            "rounds": ROUNDS,
            "shape": SHAPE,
        },
    )
    return Artifact(card, trees)


def _calibrate(trees: bytes, middle: Sequence[Example]) -> Platt:
    """Calibrate on what would have been acted on: of each report, the likeliest of its clusters.

    The best of many is wrong more often than any one of them.
    Raises: TooFewLabels.
    """
    asked = [one for one in middle if one.is_asked]
    margins = Trees(trees).margins([one.row for one in asked]) if asked else []
    best: dict[tuple[Seconds, str], tuple[float, bool]] = {}
    for one, margin in zip(asked, margins, strict=True):
        key = (one.at, one.report)
        best[key] = max(best.get(key, (-inf, False)), (margin, one.label))
    kept = list(best.values())
    _check([label for _, label in kept], LEAST_CALIBRATED)
    return fit_platt([margin for margin, _ in kept], [label for _, label in kept])


def _counts(examples: Sequence[Example]) -> dict[str, int]:
    return {
        "together": sum(one.label for one in examples),
        "apart": sum(not one.label for one in examples),
        "asked": sum(one.is_asked for one in examples),
    }
