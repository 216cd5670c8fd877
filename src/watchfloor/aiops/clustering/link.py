"""How likely a report belongs to a cluster: what rules and a learned model both answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from watchfloor.aiops.clustering.candidates import Candidate
from watchfloor.aiops.clustering.features import ReportView

Row = Sequence[float]
"""One pair, in the columns of `pairs.SCHEMA`."""
Weights = tuple[tuple[str, float], ...]


class LinkModel(Protocol):
    @property
    def threshold(self) -> float:
        """The probability from which on they belong together."""

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        """Return the probability for each row."""

    def why(self, row: Row) -> Weights:
        """Return what makes up the probability of a row: beforehand, then the strongest."""


Advisers = Callable[[str], LinkModel | None]
"""Finds the model of a checksum; None where it is not to be had, and the rules decide alone."""
Watcher = Callable[[ReportView, Sequence[Candidate], Sequence[Row], bool], None]
"""Is shown each new bout beside what it could join, and whether the adviser may say so."""


def nobody(sha256: str) -> LinkModel | None:
    """Have no model at all."""
    return None
