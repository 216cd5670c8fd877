"""Hourly counts of the recorded estates, by metric and site."""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from watchfloor.aiops.baselines.history import Counts
from watchfloor.aiops.baselines.slots import hour_of

FIRST = hour_of(1767571200)
"""Midnight of Monday 5 January 2026, with which the runs begin."""
HOURS = 28 * 24
Sites = Mapping[str, Counts]


def runs(data: Path) -> Iterator[Mapping[str, Sites]]:
    """Yield the counts of each run."""
    for folder in sorted((data / "facility_runs").glob("run*")):
        yield {
            "check-ins": _counted(folder / "attendance.jsonl.gz", kind="check_in"),
            "tickets": _counted(folder / "tickets.jsonl.gz", state="NEW"),
        }


def _counted(file: Path, **wanted: str) -> Sites:
    """Count, by site and hour, the lines that have the wanted values."""
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for line in _lines(file):
        if all(line[name] == value for name, value in wanted.items()):
            at = hour_of(datetime.fromisoformat(line["ts"]).timestamp())
            found[line["site"]][at - FIRST] += 1
    return {
        site: np.array([hours.get(hour, 0) for hour in range(HOURS)], dtype=np.int32)
        for site, hours in found.items()
    }


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rb") as lines:
        for line in lines:
            yield msgspec.json.decode(line)
