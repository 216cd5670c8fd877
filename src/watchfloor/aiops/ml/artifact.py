"""A model as bytes: a card in JSON and boosted trees in UBJ, under one checksum. Nothing is run.

The library that reads the trees is imported when the first model is: a process without one does
without its time and memory.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from typing import Any

import msgspec

from watchfloor.aiops.errors import ModelError
from watchfloor.aiops.ml.calibration import Platt
from watchfloor.aiops.ml.schema import FeatureSchema

_MAGIC = b"watchfloor model 1"


class Card(msgspec.Struct, frozen=True):
    """What is known of a model. No time of making: the same training gives the same bytes."""

    kind: str
    features: FeatureSchema
    calibration: Platt
    threshold: float
    """The probability from which on it speaks up."""
    library: str
    """What made the trees, with its version."""
    trained: dict[str, Any] = {}
    """On what, and how."""
    gate: dict[str, Any] = {}
    """How it did on later data, beside the rules alone."""


class Artifact(msgspec.Struct, frozen=True):
    card: Card
    trees: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self._body()).hexdigest()

    def pack(self) -> bytes:
        """Return card and trees as one file."""
        return b"\n".join((_MAGIC, self.sha256.encode(), self._body()))

    def _body(self) -> bytes:
        return msgspec.json.encode(self.card, order="sorted") + b"\n" + self.trees


def unpack(data: bytes, features: FeatureSchema) -> Artifact:
    """Return what `pack` was called on.

    Raises: ModelError if the bytes are damaged, or the model looks at other features.
    """
    magic, _, rest = data.partition(b"\n")
    sha256, _, body = rest.partition(b"\n")
    card, _, trees = body.partition(b"\n")
    if magic != _MAGIC or hashlib.sha256(body).hexdigest().encode() != sha256:
        raise ModelError("this is no model, or its bytes were changed")
    try:
        artifact = Artifact(msgspec.json.decode(card, type=Card), trees)
    except msgspec.MsgspecError as error:
        raise ModelError(f"the model's card cannot be read: {error}") from error
    if artifact.card.features.hash != features.hash:
        raise ModelError("the model looks at other features than this version does: train again")
    return artifact


class Trees:
    """Boosted trees, asked row by row on one thread."""

    def __init__(self, ubj: bytes) -> None:
        """Raises: ModelError if the trees cannot be read."""
        self._xgboost = importlib.import_module("xgboost")
        self._numpy = importlib.import_module("numpy")
        try:
            self._booster = self._xgboost.Booster({"nthread": 1}, model_file=bytearray(ubj))
        except self._xgboost.core.XGBoostError as error:
            raise ModelError("the model's trees cannot be read") from error

    def margins(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """Return a margin in nats for each row; NaN stands for what is not known."""
        table = self._numpy.array(rows, dtype=self._numpy.float32)
        found = self._booster.inplace_predict(table, predict_type="margin", validate_features=False)
        return [float(margin) for margin in found]

    def contributions(self, row: Sequence[float]) -> list[float]:
        """Return what each feature adds to the margin of the row; last, what there is before."""
        table = self._numpy.array([row], dtype=self._numpy.float32)
        asked = self._xgboost.DMatrix(table, nthread=1)
        found = self._booster.predict(asked, pred_contribs=True, validate_features=False)
        return [float(part) for part in found[0]]
