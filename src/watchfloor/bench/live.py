"""A steady minute with many pages open: how long from sending a report until each page has it."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import dataclass

from watchfloor.aiops.types import Seconds
from watchfloor.bench import sending, streams
from watchfloor.bench.floors import BenchFloor, NotMeasured, bench_floor
from watchfloor.bench.results import Row
from watchfloor.bench.watching import Told, watchers

A_MINUTE = 1000
SOCKETS = 20
LAST_FRAMES: Seconds = 5.0


@dataclass(frozen=True)
class Found:
    reports: int
    sockets: int
    told: Told


def measure(*, reports: int = A_MINUTE, sockets: int = SOCKETS) -> Found:
    with bench_floor() as floor:
        return measure_on(floor, reports, sockets)


def measure_on(floor: BenchFloor, reports: int, sockets: int) -> Found:
    """Send at 1,000 a minute, each report about another thing so that each shows as a new row."""
    key = floor.key("bench")
    with watchers(floor, sockets) as pages:
        asked = _send_steadily(floor, key, reports)
        time.sleep(LAST_FRAMES)
        return Found(len(asked), sockets, Told.of(asked, pages))


def _send_steadily(floor: BenchFloor, key: str, reports: int) -> dict[str, float]:
    """Return event id to when it was sent (monotonic seconds)."""
    asked: dict[str, float] = {}
    began, headers = time.monotonic(), sending.bearer(key)
    with closing(sending.Connection(floor.url)) as line:
        for number, report in enumerate(streams.made(reports, seed=5)):
            time.sleep(max(0.0, began + number * 60 / A_MINUTE - time.monotonic()))
            report |= {"entity_id": f"thing-{number}", "device": "", "status": "firing"}
            sent = time.monotonic()
            del report["timestamp"]
            status, answer = line.post("/api/v1/alerts", json.dumps(report).encode(), headers)
            if status != 202:
                raise NotMeasured(f"a report was answered {status}")
            [event] = json.loads(answer)["events"]
            asked[event["event_id"].replace("-", "")] = sent
    return asked


def rows(found: Found) -> list[Row]:
    told = found.told
    return [
        Row(
            f"{found.reports} reports in a minute, {found.sockets} sockets: from sending until the"
            " row is on a socket, p99", told.text(0.99), "1 s", "300 ms", told.share(0.99) <= 1.0,
        ),
        Row("p50", told.text(0.5)),
        Row("never on a socket", f"{told.missing}", "0", "0", told.missing == 0),
    ]  # fmt: skip
