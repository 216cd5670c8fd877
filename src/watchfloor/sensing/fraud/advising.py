"""The live model of the tenant, if one has passed its gate: it says how likely a case is so."""

from __future__ import annotations

from functools import lru_cache

from watchfloor.aiops.errors import ModelError
from watchfloor.aiops.fraud.model import KIND, SCHEMA, FraudModel
from watchfloor.aiops.ml.artifact import unpack
from watchfloor.platform.modelstore import services as modelstore

_KEPT = 16
"""Models that a process keeps in memory."""


def live_model() -> FraudModel | None:
    """Return the model; None without one, or if it looks at other features than this version."""
    row = modelstore.live(KIND)
    body = None if row is None else modelstore.load(KIND, row.sha256)
    if body is None:
        return None
    try:
        return _model(body)
    except ModelError:
        return None


@lru_cache(maxsize=_KEPT)
def _model(body: bytes) -> FraudModel:
    return FraudModel(unpack(body, SCHEMA))
