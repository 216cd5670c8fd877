"""Boosted trees, asked row by row.

The library that reads them is imported by the first model that is: a process without one does
without its time and memory. It is not asked itself: a call costs it 160 us for a margin and 330 us
for contributions, however few the rows; walking 60 small trees takes some 20 us a row. The sums are
in one order and in double precision, so that all machines come to the same.
"""

from __future__ import annotations

import importlib
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from watchfloor.aiops.errors import ModelError

_Node = tuple[int, float, Any, Any, Any, float]
"""Feature asked, or -1 in a leaf; rows with less than this go left, others right, NaN third; last,
what the tree is expected to add from here on, or adds."""


class Trees:
    def __init__(self, ubj: bytes) -> None:
        """Raises: ModelError if the trees cannot be read."""
        xgboost = importlib.import_module("xgboost")
        try:
            booster = xgboost.Booster(model_file=bytearray(ubj))
            dumped = booster.get_dump(dump_format="json", with_stats=True)
        except xgboost.core.XGBoostError as error:
            raise ModelError("the model's trees cannot be read") from error
        self._roots = [_node(msgspec.json.decode(tree)) for tree in dumped]
        self._features: int = booster.num_features()
        self._packed = struct.Struct(f"{self._features}f")

    def margins(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """Return a margin in nats for each row; NaN stands for what is not known."""
        return [self._margin(self._single(row)) for row in rows]

    def contributions(self, row: Sequence[float]) -> list[float]:
        """Return what each feature adds to the margin of the row; last, what there is before.

        Each step down a tree counts for the feature that is asked there.
        """
        row = self._single(row)
        parts = [0.0] * self._features
        before = 0.0
        for node in self._roots:
            before += node[5]
            feature, value = node[0], node[5]
            while feature >= 0:
                node = _below(node, row[feature])
                parts[feature] += node[5] - value
                feature, value = node[0], node[5]
        return [*parts, before]

    def _single(self, row: Sequence[float]) -> tuple[float, ...]:
        """Return the row in single precision, in which the trees were grown."""
        return self._packed.unpack(self._packed.pack(*row))

    def _margin(self, row: Sequence[float]) -> float:
        total = 0.0
        for root in self._roots:
            feature, below, left, right, unknown, value = root
            while feature >= 0:
                asked = row[feature]
                if asked < below:
                    feature, below, left, right, unknown, value = left
                elif asked >= below:
                    feature, below, left, right, unknown, value = right
                else:
                    feature, below, left, right, unknown, value = unknown
            total += value
        return total


def _below(node: _Node, asked: float) -> _Node:
    if asked < node[1]:
        found: _Node = node[2]
    elif asked >= node[1]:
        found = node[3]
    else:
        found = node[4]
    return found


def _node(told: Mapping[str, Any]) -> _Node:
    """Return a node with all below it, of the library's dump."""
    if "leaf" in told:
        return -1, 0.0, None, None, None, float(told["leaf"])
    children = {child["nodeid"]: _node(child) for child in told["children"]}
    covers = {child["nodeid"]: float(child["cover"]) for child in told["children"]}
    expected = sum(children[n][5] * cover for n, cover in covers.items()) / sum(covers.values())
    return (
        int(told["split"].removeprefix("f")),
        *struct.unpack("f", struct.pack("f", told["split_condition"])),
        children[told["yes"]],
        children[told["no"]],
        children[told["missing"]],
        expected,
    )
