"""What is known of the night that plays: when it began, and when each moment was seen."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from watchfloor.aiops.types import Seconds


@dataclass
class Diary:
    """`seen`: moment to the seconds from the story's begin until the floor showed it.

    `seed` makes the alarms with their ids: a night that goes on after a fall repeats none.
    """

    seed: int
    started_at: Seconds
    seen: dict[str, Seconds] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Diary | None:
        try:
            return cls(**json.loads(file.read_text()))
        except FileNotFoundError:
            return None

    def write(self, file: Path) -> None:
        new = file.with_suffix(".new")
        new.write_text(json.dumps(asdict(self)))
        new.replace(file)
