"""The recorded months through a whole floor: by HTTP, as senders would, and back by its API.

What the rules tell alone is measured elsewhere; this says that a floor tells the same.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.operation.events import STREAMS
from watchfloor.aiops.types import Seconds
from watchfloor.bench.floors import BenchFloor, NotMeasured, bench_floor, pages
from watchfloor.bench.ingest import wait_until_worked
from watchfloor.bench.results import Row
from watchfloor.bench.sensing import beats, staffing, tickets
from watchfloor.bench.sensing.beats import Span
from watchfloor.bench.sensing.part import Part, Tell
from watchfloor.bench.sensing.runs import Run, runs

PATIENCE: Seconds = 900.0
LOOK_EVERY: Seconds = 1.0
REPLAY: Seconds = 3_600.0


@dataclass(frozen=True)
class Heard:
    """What a floor told of a run, by type."""

    alerts: list[dict[str, Any]]
    events: int
    seconds: Seconds
    cpu: float

    def of(self, code: str) -> list[dict[str, Any]]:
        return [one for one in self.alerts if one["alert_type"] == code]


def measure(data: Path, tell: Tell) -> Part:
    rows: list[Row] = []
    for run in runs(data):
        with bench_floor() as floor:
            heard = _through(floor, run, tell)
        rows += _rows(run, heard)
    return Part("recorded months through a whole floor", rows)


def _through(floor: BenchFloor, run: Run, tell: Tell) -> Heard:
    """Bring in the places of a run and replay its streams, without its alerts, a tenant for each of
    its own."""
    tenants = sorted({site["tenant"] for site in run.world()["sites"]})
    for tenant in tenants:
        _bring_in_places(floor, run, tenant)
    began, before = time.monotonic(), floor.cpu()
    with tempfile.TemporaryDirectory() as folder:
        for name in (*(f"{stream}.jsonl.gz" for stream in STREAMS), "world.json.gz"):
            if (run.folder / name).exists():
                shutil.copy(run.folder / name, folder)
        said = floor.command("replay", folder, "--split-by", "tenant", "--json", seconds=REPLAY)
    sent = json.loads(said.splitlines()[-1])
    tell(f"{run.name}: {sent['accepted']:,} events sent in {time.monotonic() - began:.0f} s")
    if sent["rejected"]:
        raise NotMeasured(f"{run.name}: {sent['rejected']} rejected, {sent['first_error']}")
    wait_until_worked(floor, patience=PATIENCE, every=LOOK_EVERY)
    seconds, cpu = time.monotonic() - began, sum(floor.cpu(before).values())
    alerts = [alert for tenant in tenants for alert in _alerts(floor, tenant.lower())]
    return Heard(alerts, sent["accepted"], seconds, cpu)


def _bring_in_places(floor: BenchFloor, run: Run, tenant: str) -> None:
    slug, world = tenant.lower(), run.folder / "world.json.gz"
    floor.command("tenant", "create", slug)
    floor.command("import", "inventory", world, "--where", f"tenant={tenant}", "--tenant", slug)


def _alerts(floor: BenchFloor, tenant: str) -> Iterator[dict[str, Any]]:
    key = floor.command("key", "create", "--name", "bench", "--tenant", tenant, "--scope", "admin")
    yield from pages(floor, key, "/api/v1/alerts?limit=200")


def _rows(run: Run, heard: Heard) -> list[Row]:
    found = [*beats.rows_of(_beats(run, heard)), *staffing.rows_of(_staffing(run, heard))]
    sla = tickets.Found(
        run.name,
        {one["entity_id"]: _at(one["first_seen_at"]) for one in heard.of("SLA_BREACH")},
        {row["ticket"]: parse_timestamp(row["ts"]) or 0.0 for row in run.truth("sla_breaches")},
    )
    pace = f"{heard.events / heard.seconds:,.0f}, {1000 * heard.cpu / heard.events:.2f}"
    return [
        *found,
        *tickets.rows_of([sla]),
        Row(f"{run.name}: events a second, and CPU-seconds of a thousand", pace),
    ]


def _beats(run: Run, heard: Heard) -> beats.Scored:
    events = list(run.events("heartbeats"))
    until = events[-1].at
    told = [
        Span(
            one["device"] or one["entity_id"],
            _at(one["first_seen_at"]),
            _at(one["resolved_at"]) if one["resolved_at"] else until,
        )
        for one in heard.of("DEVICE_OFFLINE")
    ]
    return beats.scored(run, events, told)


def _staffing(run: Run, heard: Heard) -> staffing.Scored:
    events = sorted([*run.events("roster"), *run.events("attendance")], key=lambda one: one.at)
    told: dict[str, Seconds] = {}
    for one in heard.of("ATTENDANCE_MISSING"):
        shift, at = one["entity_id"].partition(":")[0], _at(one["first_seen_at"])
        told[shift] = min(told.get(shift, at), at)
    return staffing.scored(run, events, told)


def _at(text: str) -> Seconds:
    return parse_timestamp(text) or 0.0
