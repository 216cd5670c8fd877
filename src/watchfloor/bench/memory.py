"""What the process tree holds: idle, and after many reports."""

from __future__ import annotations

import time
from dataclasses import dataclass

from watchfloor.aiops.types import Seconds
from watchfloor.bench import processes, sending, streams
from watchfloor.bench.floors import BenchFloor, bench_floor
from watchfloor.bench.ingest import wait_until_worked
from watchfloor.bench.results import Row

IDLE: Seconds = 15.0
PER_BODY = 100
STEPS = 5


@dataclass(frozen=True, slots=True)
class Held:
    """Megabytes (Pss) of each part after so many reports."""

    reports: int
    parts: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.parts.values())

    def __str__(self) -> str:
        return ", ".join(f"{part} {held:.0f}" for part, held in sorted(self.parts.items()))


def measure(reports: int) -> list[Held]:
    with bench_floor() as floor:
        return measure_on(floor, reports, rest=IDLE)


def measure_on(floor: BenchFloor, reports: int, *, rest: Seconds) -> list[Held]:
    """Return what is held when idle, and after each fifth of the reports and a rest."""
    key = floor.key("bench")
    found = [_held(floor, 0, rest)]
    for step in range(STEPS):
        made = streams.made(reports // STEPS, seed=100 + step, day=step)
        bodies = sending.encoded(made, per_body=PER_BODY)
        sending.send(floor.url, bodies, connections=2, headers=sending.bearer(key))
        wait_until_worked(floor, patience=1800)
        found.append(_held(floor, (step + 1) * (reports // STEPS), rest))
    return found


def _held(floor: BenchFloor, reports: int, rest: Seconds) -> Held:
    time.sleep(rest)
    return Held(reports, processes.pss_megabytes(floor.pid))


def rows(found: list[Held]) -> list[Row]:
    idle, *loaded = found
    last = loaded[-1]
    return [
        Row("idle", f"{idle.total:.0f} MB", "450 MB", "250 MB", idle.total <= 450),
        Row("of which", str(idle)),
        Row(
            f"after {last.reports:,} reports",
            f"{last.total:.0f} MB", "700 MB, flat", "450 MB", last.total <= 700,
        ),
        Row("of which", str(last)),
        Row("on the way", ", ".join(f"{one.total:.0f} MB at {one.reports:,}" for one in loaded)),
    ]  # fmt: skip
