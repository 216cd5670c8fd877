"""How fast reports go in, be grouped and be in incidents, and what processor time that takes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchfloor.bench import sending, streams
from watchfloor.bench.floors import BenchFloor, NotMeasured, bench_floor, pages
from watchfloor.bench.results import Row

PER_BODY = 100
CONNECTIONS = 4
SINGLES = 5_000
SINGLE_CONNECTIONS = 16
PATIENCE = 300.0
POLL = 0.1
PARTS = ("web", "pipeline", "postgres", "worker", "supervisor")


@dataclass(frozen=True)
class Load:
    """One load and what it took. `cpu`: seconds of processor time by part of the floor."""

    reports: int
    accepted_seconds: float
    grouped_seconds: float
    cpu: Mapping[str, float]
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        return self.reports / self.grouped_seconds

    @property
    def accepted_per_second(self) -> float:
        return self.reports / self.accepted_seconds

    @property
    def cpu_per_thousand(self) -> float:
        return sum(self.cpu.values()) / self.reports * 1000

    def parts(self) -> str:
        shares = {part: self.cpu.get(part, 0.0) / self.reports * 1000 for part in PARTS}
        return ", ".join(f"{part} {share:.3f}" for part, share in shares.items())


@dataclass(frozen=True)
class Ingested:
    stream: str
    batches: Load
    singles: Load
    clusters: int


def measure(data: Path | None, *, limit: int | None = None, singles: int = SINGLES) -> Ingested:
    """Start a floor, send the stream in hundreds, then single posts from many connections."""
    with bench_floor() as floor:
        return measure_on(floor, streams.stream(data, limit=limit), singles)


def measure_on(floor: BenchFloor, stream: streams.Stream, singles: int) -> Ingested:
    ingest, read = floor.key("bench"), floor.key("bench-read", "read")
    before = _clusters(floor, read)
    batches = load(floor, ingest, sending.encoded(stream.reports, per_body=PER_BODY))
    after = _clusters(floor, read)
    held = sum(map(_count, after.values())) - sum(map(_count, before.values()))
    if held != batches.reports:
        raise NotMeasured(f"{batches.reports} reports were accepted, and the clusters hold {held}")
    made = streams.made(singles, seed=2)
    one_by_one = load(
        floor, ingest, sending.encoded(made, per_body=1), connections=SINGLE_CONNECTIONS
    )
    shown = sum(
        one["merged_into_id"] is None and (name not in before or _count(one) > _count(before[name]))
        for name, one in after.items()
    )
    return Ingested(stream.name, batches, one_by_one, shown)


def load(
    floor: BenchFloor, key: str, bodies: list[bytes], *, connections: int = CONNECTIONS
) -> Load:
    """Send the bodies and wait until nothing of them is left to be grouped."""
    before, began = floor.cpu(), time.perf_counter()
    sent = sending.send(floor.url, bodies, connections=connections, headers=sending.bearer(key))
    wait_until_worked(floor)
    seconds, cpu = time.perf_counter() - began, floor.cpu(since=before)
    return Load(sent.accepted, sent.seconds, seconds, cpu, sent.latency(0.5), sent.latency(0.99))


def wait_until_worked(
    floor: BenchFloor, *, patience: float = PATIENCE, every: float = POLL
) -> None:
    """Wait for what is on disk, and look `every` so many seconds.

    To look costs the floor: it counts all that waits.
    """
    deadline = time.monotonic() + patience
    while waiting := floor.pending():
        if time.monotonic() > deadline:
            raise NotMeasured(f"{waiting} reports or events are left after {patience:.0f} s")
        time.sleep(every)


def rows(found: Ingested) -> list[Row]:
    batches, singles = found.batches, found.singles
    name = f"{found.stream} ({batches.reports:,} reports) in bodies of {PER_BODY}"
    return [
        Row(
            f"{name}, until all is in {found.clusters:,} incidents",
            f"{batches.per_second:,.0f}/s", "2,000/s", "6,000/s", batches.per_second >= 2000,
        ),
        Row("accepted", f"{batches.accepted_per_second:,.0f}/s"),
        Row(
            "processor seconds for 1,000 reports",
            f"{batches.cpu_per_thousand:.2f}", "0.6", "0.2", batches.cpu_per_thousand <= 0.6,
        ),
        Row("of which", batches.parts()),
        Row(
            f"single posts, {SINGLE_CONNECTIONS} connections",
            f"{singles.accepted_per_second:,.0f}/s", "800/s", "3,000/s",
            singles.accepted_per_second >= 800,
        ),
        Row("answered after", f"p50 {singles.p50 * 1e3:.0f} ms, p99 {singles.p99 * 1e3:.0f} ms"),
        Row("until all is grouped", f"{singles.per_second:,.0f}/s"),
        Row("processor seconds for 1,000 reports", f"{singles.cpu_per_thousand:.2f}"),
        Row("of which", singles.parts()),
    ]  # fmt: skip


def _clusters(floor: BenchFloor, key: str) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in pages(floor, key, "/api/v1/clusters?limit=200")}


def _count(cluster: dict[str, Any]) -> int:
    return int(cluster["report_count"])
