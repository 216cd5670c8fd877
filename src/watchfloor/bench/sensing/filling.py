"""How long it takes to fill an empty floor with a company's past, and what that costs it."""

from __future__ import annotations

import json
from pathlib import Path

from watchfloor.bench.floors import bench_floor
from watchfloor.bench.results import Row
from watchfloor.bench.sensing.part import Part, Tell

DAYS = 90
LEAST, AIM = 300.0, 60.0
PATIENCE = 1_800.0


def measure(data: Path, tell: Tell) -> Part:
    with bench_floor() as floor:
        before = floor.cpu()
        done = json.loads(floor.command(
            "demo", "fill", "--days", str(DAYS), "--json", seconds=PATIENCE
        ))  # fmt: skip
        spent = floor.cpu(before)
    seconds, events = done["seconds"], sum(done["events"].values())
    tell(f"filling: {events:,} events in {seconds:.0f} s")
    parts = ", ".join(f"{part} {cpu:.1f}" for part, cpu in spent.items() if cpu >= 0.1)
    rows = [
        Row(f"{DAYS} days of {done['sites']} sites, {events:,} events, until all are recorded",
            f"{seconds:.0f} s", f"{LEAST:.0f} s", f"{AIM:.0f} s", seconds < LEAST),
        Row("processor seconds of the floor", f"{sum(spent.values()):.1f}"),
        Row("by part", parts),
    ]  # fmt: skip
    note = "Beats, positions and readings are of the last day only (`--measured-days`)."
    return Part("a company's past filled in", rows, (note,))
