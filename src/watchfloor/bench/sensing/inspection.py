"""How long an inspection of a thousand sites takes on a floor that knows much of them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from django.utils import timezone

from watchfloor.aiops.types import Seconds
from watchfloor.bench.floors import BenchFloor, NotMeasured, bench_floor
from watchfloor.bench.ingest import wait_until_worked
from watchfloor.bench.results import Row
from watchfloor.bench.sensing.part import Part, Tell

SITES, PEOPLE, SIGNS, TICKETS = 1_000, 2, 12, 3
LEAST, AIM = 10.0, 3.0
PATIENCE: Seconds = 20 * 60
AT_ONCE = 2_000
Event = dict[str, Any]


def measure(data: Path, tell: Tell) -> Part:
    """Fill a floor with two hours of its sites, and wait until it has looked at them all."""
    with bench_floor() as floor:
        key = floor.key("bench", "ingest,read,admin")
        told = _fill(floor, key, timezone.now())
        tell(f"inspection: {told} events are in, and the floor looks when a quarter is over")
        runs = _inspected(floor, key)
    return Part("Inspections of all sites", _rows(runs), (_said(told),))


def _rows(runs: dict[str, Event]) -> list[Row]:
    rows = []
    for cadence, run in sorted(runs.items()):
        seconds, is_asked = run["seconds"], cadence == "comprehensive"
        ok = seconds <= LEAST if is_asked else None
        bounds = (f"{LEAST:.0f} s", f"{AIM:.0f} s") if is_asked else ("", "")
        what = f"{cadence} inspection of {run['sites']:,} sites, {run['opened']:,} findings"
        rows.append(Row(what, f"{seconds:.2f} s", *bounds, ok))
    return rows


def _said(told: int) -> str:
    return (
        f"Each site has a shift of {PEOPLE} people who checked in, {SIGNS} signs of each in two"
        f" hours, a tour that was left and {TICKETS} open tickets: {told:,} events."
    )


def _fill(floor: BenchFloor, key: str, now: datetime) -> int:
    sites = [{"code": f"site-{n:04}", "name": f"Site {n}"} for n in range(SITES)]
    people = [{"code": f"p-{n:04}-{m}"} for n in range(SITES) for m in range(PEOPLE)]
    floor.fill_inventory(key, {"sites": sites, "people": people})
    told = 0
    for stream, events in _streams(now).items():
        for begin in range(0, len(events), AT_ONCE):
            part = events[begin : begin + AT_ONCE]
            _post(f"{floor.url}/api/v1/events/{stream}", key, part)
            told += len(part)
    wait_until_worked(floor, patience=PATIENCE)
    return told


def _post(url: str, key: str, events: list[Event]) -> None:
    answer = httpx.post(
        url,
        content=json.dumps(events),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        timeout=120,
    )
    if answer.status_code != 202 or answer.json()["rejected"]:
        raise NotMeasured(f"{url}: {answer.status_code} {answer.text[:300]}")


def _streams(now: datetime) -> dict[str, list[Event]]:
    return {
        "roster": [one for n in range(SITES) for one in _roster(n, now)],
        "attendance": [one for n in range(SITES) for one in _punches(n, now)],
        "activity": [one for n in range(SITES) for one in _signs(n, now)],
        "tours": [one for n in range(SITES) for one in _tour(n, now)],
        "tickets": [one for n in range(SITES) for one in _tickets(n, now)],
    }


def _ago(now: datetime, minutes: float) -> str:
    return (now - timedelta(minutes=minutes)).isoformat()


def _people(n: int) -> list[str]:
    return [f"p-{n:04}-{m}" for m in range(PEOPLE)]


def _roster(n: int, now: datetime) -> Iterator[Event]:
    yield {
        "kind": "roster", "ts": _ago(now, 300), "shift": f"shift-{n:04}", "site": f"site-{n:04}",
        "start": _ago(now, 180), "end": _ago(now, -300), "required": PEOPLE, "people": _people(n),
    }  # fmt: skip


def _punches(n: int, now: datetime) -> Iterator[Event]:
    for person in _people(n):
        yield {
            "kind": "check_in", "ts": _ago(now, 178), "site": f"site-{n:04}", "person": person,
            "shift": f"shift-{n:04}",
        }  # fmt: skip


def _signs(n: int, now: datetime) -> Iterator[Event]:
    """Every tenth site fell silent an hour and a half ago."""
    for person in _people(n):
        for number in range(SIGNS):
            minutes = 115 - 9 * number
            if n % 10 or minutes > 90:
                yield {
                    "kind": "phone", "ts": _ago(now, minutes), "site": f"site-{n:04}",
                    "person": person,
                }  # fmt: skip


def _tour(n: int, now: datetime) -> Iterator[Event]:
    tour = {"tour": f"tour-{n:04}", "site": f"site-{n:04}", "person": _people(n)[0]}
    span = {"start": _ago(now, 60), "end": _ago(now, -30)}
    yield {**tour, "kind": "planned", "ts": _ago(now, 70), "checkpoints": ["a", "b", "c"], **span}
    yield {**tour, "kind": "started", "ts": _ago(now, 55)}
    yield {**tour, "kind": "scan", "ts": _ago(now, 50), "checkpoint": "a"}


def _tickets(n: int, now: datetime) -> Iterator[Event]:
    for number in range(TICKETS):
        yield {
            "ticket": f"ticket-{n:04}-{number}", "site": f"site-{n:04}", "state": "open",
            "ts": _ago(now, 100), "created": _ago(now, 100), "sla_minutes": 60 * (1 + number),
        }  # fmt: skip


def _inspected(floor: BenchFloor, key: str) -> dict[str, Event]:
    """Wait for a window of a quarter of an hour; return the last run of each cadence by then."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = httpx.get(
            f"{floor.url}/api/v1/inspections",
            params={"limit": 50},
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
        )
        runs = [one for one in answer.json()["items"] if one["sites"] == SITES]
        if any(one["cadence"] == "comprehensive" for one in runs):
            return {one["cadence"]: one for one in reversed(runs)}
        time.sleep(5)
    raise NotMeasured("no inspection of all sites took place")
