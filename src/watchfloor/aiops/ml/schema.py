"""What a model looks at: names, order and units of its features, under a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from watchfloor.aiops.errors import ShapeError


class Feature(msgspec.Struct, frozen=True, array_like=True):
    """One column. `trend` is 1 or -1 where more of it can only speak for or against, else 0."""

    name: str
    unit: str
    trend: int = 0


class FeatureSchema(msgspec.Struct, frozen=True):
    """The columns in their order; `version` rises when a column of the same name means another."""

    version: int
    features: tuple[Feature, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features)

    @property
    def hash(self) -> str:
        """Equal for two schemas only if a model of the one may be asked with rows of the other."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    def check(self, row: Sequence[float]) -> None:
        """Raises: ShapeError for a row of another length."""
        if len(row) != len(self.features):
            raise ShapeError(f"{len(row)} values for {len(self.features)} features")
