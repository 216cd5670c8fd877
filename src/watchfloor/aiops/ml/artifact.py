"""A model as bytes: a card in JSON and boosted trees in UBJ, under one checksum. Nothing is run."""

from __future__ import annotations

import hashlib
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
