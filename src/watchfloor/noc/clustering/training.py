"""Trains the adviser of the tenant in scope and keeps what came of it. Imported by who trains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.lessons import Lesson
from watchfloor.aiops.training.examples import LabelledPair
from watchfloor.aiops.training.train import Trained, train
from watchfloor.noc.clustering import advising
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.modelstore import services as modelstore
from watchfloor.platform.modelstore.models import ModelVersion


def train_adviser(
    views: Sequence[ReportView],
    *,
    labels: Mapping[str, str],
    said: Iterable[LabelledPair],
    config: ClusteringConfig,
    lessons: tuple[Lesson, ...] = (),
    by: Actor,
    now: datetime,
) -> tuple[ModelVersion, Trained]:
    """Train and keep a model; it advises from now on if it beat the rules alone, and only then.

    Raises: TooFewLabels.
    """
    trained = train(views, labels=labels, said=said, config=config, lessons=lessons)
    artifact = trained.artifact
    row = modelstore.register(
        advising.KIND,
        artifact.sha256,
        msgspec.to_builtins(artifact.card),
        artifact.pack(),
        by=by,
        now=now,
    )
    if trained.gate.passes:
        row = advising.promote(row.pk, by=by, now=now)
    return row, trained
