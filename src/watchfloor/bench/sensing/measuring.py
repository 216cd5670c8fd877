"""All that is sensed, by the name under which `watchfloor bench sensing --only` asks for it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from watchfloor.bench.sensing import (
    baselines,
    beats,
    company,
    devices,
    filling,
    floor,
    fraud,
    inspection,
    staffing,
    tickets,
    traces,
)
from watchfloor.bench.sensing.part import Measure, Part, Tell

PARTS: dict[str, Measure] = {
    "baselines": baselines.measure,
    "beats": beats.measure,
    "company": company.measure,
    "devices": devices.measure,
    "filling": filling.measure,
    "floor": floor.measure,
    "fraud": fraud.measure,
    "inspection": inspection.measure,
    "staffing": staffing.measure,
    "tickets": tickets.measure,
    "traces": traces.measure,
}


def measure(names: Iterable[str], data: Path, tell: Tell) -> Iterator[tuple[str, Part]]:
    """Yield each part by its name as it is done."""
    for name in names:
        began = time.process_time()
        yield name, PARTS[name](data, tell)
        tell(f"{name}: {time.process_time() - began:.1f} s of processor")
