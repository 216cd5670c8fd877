"""A link model in a file, and the clusterer that asks it."""

from __future__ import annotations

from pathlib import Path

from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import SetAdviser
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.learned import LearnedModel
from watchfloor.aiops.clustering.pairs import SCHEMA
from watchfloor.aiops.errors import ModelError
from watchfloor.aiops.ml.artifact import Artifact, unpack
from watchfloor.embedded.errors import Misuse


def read_adviser(path: Path | None) -> Artifact | None:
    """Return the model of a file that `train` wrote. Raises: Misuse."""
    if path is None:
        return None
    try:
        return unpack(path.read_bytes(), SCHEMA)
    except (ModelError, OSError) as error:
        raise Misuse(f"{path.name}: {error}") from None


def clusterer_with(config: ClusteringConfig, adviser: Artifact | None) -> OnlineClusterer:
    """Return one that asks the model from the first report on."""
    if adviser is None:
        return OnlineClusterer(config)
    try:
        model = LearnedModel(adviser)
    except ModelError as error:
        raise Misuse(f"the adviser cannot be used: {error}") from None
    clusterer = OnlineClusterer(config, advisers=lambda _: model)
    clusterer.apply(SetAdviser(adviser.sha256))
    return clusterer
