"""Fits boosted trees: one thread, one seed, so that the same rows give the same bytes.

The library is imported by the first fit, as it is by the first model that is asked.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from watchfloor.aiops.errors import ShapeError
from watchfloor.aiops.ml.schema import FeatureSchema

SEED = 20_260_105
ROUNDS = 60
SHAPE: dict[str, Any] = {
    "objective": "binary:logistic",
    "base_score": 0.5,
    "tree_method": "hist",
    "max_depth": 4,
    "eta": 0.1,
    "min_child_weight": 3.0,
    "lambda": 2.0,
    "max_bin": 64,
    "seed": SEED,
    "nthread": 1,
    "verbosity": 0,
}
"""Small trees: rows are few, and what they say must hold where they were not seen. A base score of
a half is a margin of 0: the trees add up to all of it."""


def fit(
    features: FeatureSchema,
    rows: Sequence[Sequence[float]],
    labels: Sequence[bool],
    weights: Sequence[float],
) -> bytes:
    """Return trees as UBJ. Where a feature has a trend, the trees keep to it.

    Raises: ShapeError if the three are of different lengths, or a row does not fit.
    """
    if not len(rows) == len(labels) == len(weights):
        raise ShapeError(f"{len(rows)} rows, {len(labels)} labels, {len(weights)} weights")
    for row in rows:
        features.check(row)
    xgboost, np = importlib.import_module("xgboost"), importlib.import_module("numpy")
    table = xgboost.DMatrix(
        np.array(rows, dtype=np.float32),
        label=np.array(labels, dtype=np.float32),
        weight=np.array(weights, dtype=np.float32),
        nthread=1,
    )
    trends = "(" + ",".join(str(feature.trend) for feature in features.features) + ")"
    trees = xgboost.train({**SHAPE, "monotone_constraints": trends}, table, ROUNDS)
    return bytes(trees.save_raw("ubj"))


def library() -> str:
    """Return what makes the trees, with its version: another one may make other bytes."""
    return f"xgboost {importlib.import_module('xgboost').__version__}"
