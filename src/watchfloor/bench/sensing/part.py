"""One section of the results of what is sensed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfloor.bench.results import Row

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()


Measure = Callable[[Path, Tell], Part]
"""Of the folder of recorded data; the second tells how it goes."""
