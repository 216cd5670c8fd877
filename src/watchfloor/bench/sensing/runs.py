"""Recorded months of guarded estates as the floor would hear them: streams of events, no alerts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchfloor.aiops.operation import stored
from watchfloor.aiops.operation.engine import Timed

RUNS = "facility_runs"


@dataclass(frozen=True)
class Run:
    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def world(self) -> dict[str, Any]:
        with gzip.open(self.folder / "world.json.gz") as file:
            read: dict[str, Any] = json.load(file)
        return read

    def events(self, stream: str) -> Iterator[Timed]:
        """Yield the events of a stream in the order of its file."""
        with gzip.open(self.folder / f"{stream}.jsonl.gz") as file:
            for line in file:
                event = stored.read(stream, line)
                yield Timed(float(event.ts), event)

    def truth(self, name: str) -> list[dict[str, Any]]:
        """Return what the run says was so: for scores only."""
        with gzip.open(self.folder / "truth" / f"{name}.jsonl.gz") as file:
            return [json.loads(line) for line in file]


def runs(data: Path) -> list[Run]:
    return [Run(folder) for folder in sorted((data / RUNS).glob("run*"))]
