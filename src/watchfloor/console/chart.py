"""Counts as a picture of columns, and in words: what every page draws alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

STEP, HEIGHT = 10, 100
Parts = Iterable[tuple[int, int]]
"""Of a column, from the ground: each severity, or 0 for all of them, and how many."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a column, in units of the picture."""

    severity: int
    x: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """`said` is what the picture shows, to who does not see it."""

    columns: int
    bars: Sequence[Bar]
    said: str

    @classmethod
    def of(
        cls, columns: int, counted: Iterable[tuple[int, Parts]], *, full: int, said: str
    ) -> Chart:
        """Draw what was counted at each place that has something; `full` fills the height."""
        bars = [bar for place, parts in counted for bar in _column(place, parts, full)]
        return cls(columns, bars, said)

    @property
    def width(self) -> int:
        return self.columns * STEP


def _column(place: int, parts: Parts, full: int) -> Iterator[Bar]:
    top = float(HEIGHT)
    for severity, count in parts:
        if count:
            height = HEIGHT * count / full
            top -= height
            yield Bar(severity, place * STEP, top, height)
