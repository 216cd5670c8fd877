"""People in danger in the midst of a storm: how long until each call is on a screen, and how."""

from __future__ import annotations

import json
import threading
import time
from contextlib import closing
from dataclasses import dataclass

from watchfloor.aiops.types import Seconds
from watchfloor.bench import sending, streams
from watchfloor.bench.floors import BenchFloor, Clock, NotMeasured, bench_floor, pages
from watchfloor.bench.ingest import wait_until_worked
from watchfloor.bench.results import Row
from watchfloor.bench.watching import Told, watchers
from watchfloor.demo.world import World, make_world

CALLS = 500
STORM = 45_000
PER_BODY = 100
CONNECTIONS = 4
LAST_FRAMES: Seconds = 5.0
SOURCE = "bench-calls"


@dataclass(frozen=True)
class Found:
    """`told`: how long after sending each call was on the socket. The others: how many calls."""

    calls: int
    storm: int
    storm_seconds: float
    told: Told
    own_incidents: int
    paused: int
    merged: int
    hidden: int


def measure(clock: Clock, *, calls: int = CALLS, reports: int = STORM) -> Found:
    with bench_floor() as floor:
        return measure_on(floor, clock, calls, reports)


def measure_on(floor: BenchFloor, clock: Clock, calls: int, reports: int) -> Found:
    world = make_world()
    admin, ingest = floor.key("bench-office", "admin"), floor.key("bench")
    floor.fill_inventory(admin, world.as_inventory())
    with watchers(floor, 1) as [screen]:
        sent = _storm_with_calls(floor, ingest, world, clock, calls, reports)
        wait_until_worked(floor)
        time.sleep(LAST_FRAMES)
        told = Told.of(sent.asked, [screen])
    return _found(floor, admin, sent, reports, told)


@dataclass
class Sent:
    """`asked`: event id to when its call was sent (monotonic seconds)."""

    asked: dict[str, float]
    storm_seconds: float = 0.0


def _storm_with_calls(
    floor: BenchFloor, key: str, world: World, clock: Clock, calls: int, reports: int
) -> Sent:
    """Send the storm, and the calls spread over it on a connection of their own."""
    bodies = sending.encoded(streams.storm(world, reports, at=clock()), per_body=PER_BODY)
    meter, sent = sending.Meter(), Sent({})

    def call_for_help() -> None:
        with closing(sending.Connection(floor.url)) as line:
            for number in range(calls):
                while meter.answered < number * len(bodies) // calls:
                    time.sleep(0.001)
                asked = time.monotonic()
                body = json.dumps(streams.call(world, number, at=clock(), source=SOURCE))
                status, answer = line.post("/api/v1/alerts", body.encode(), sending.bearer(key))
                if status != 202:
                    raise NotMeasured(f"a call for help was answered {status}")
                [event] = json.loads(answer)["events"]
                sent.asked[event["event_id"].replace("-", "")] = asked

    caller = threading.Thread(target=call_for_help)
    caller.start()
    headers = sending.bearer(key)
    storm = sending.send(floor.url, bodies, connections=CONNECTIONS, headers=headers, meter=meter)
    caller.join()
    sent.storm_seconds = storm.seconds
    return sent


def _found(floor: BenchFloor, key: str, sent: Sent, reports: int, told: Told) -> Found:
    alerts = list(pages(floor, key, f"/api/v1/alerts?source={SOURCE}&limit=200"))
    incidents = {
        row["id"]: row for row in pages(floor, key, "/api/v1/incidents?life_safety=true&limit=200")
    }
    clusters = pages(floor, key, "/api/v1/clusters?life_safety=true&limit=200")
    holding = {alert["incident_id"] for alert in alerts}
    shown = [incidents[pk] for pk in holding if pk in incidents]
    return Found(
        calls=len(sent.asked),
        storm=reports,
        storm_seconds=sent.storm_seconds,
        told=told,
        own_incidents=sum(row["alert_count"] == 1 for row in shown),
        paused=sum(bool(alert["suppressed_by"]) for alert in alerts),
        merged=sum(bool(row["merged_into_id"]) for row in clusters),
        hidden=len(holding) - len(shown) + sum(row["state"] != "NEW" for row in shown),
    )


def rows(found: Found) -> list[Row]:
    told, calls = found.told, found.calls
    return [
        Row("calls for help", f"{calls} within {found.storm:,} reports in "
            f"{found.storm_seconds:.0f} s", "500 in 45,000"),
        Row("from sending to a screen, p99", told.text(0.99), "1 s", "300 ms",
            told.share(0.99) <= 1.0),
        Row("p50", told.text(0.5)),
        Row("never on the screen", f"{told.missing}", "0", "0", told.missing == 0),
        Row("incidents of their own", f"{found.own_incidents} of {calls}", "all", "all",
            found.own_incidents == calls),
        Row("paused, merged, hidden", f"{found.paused}, {found.merged}, {found.hidden}",
            "0, 0, 0", "0, 0, 0", found.paused + found.merged + found.hidden == 0),
    ]  # fmt: skip
