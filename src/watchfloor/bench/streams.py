"""What is sent: a recorded stream where the data folder is at hand, else one that we make."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchfloor.aiops.types import LIFE_SAFETY_TYPES, Seconds
from watchfloor.demo.generator import Alarm, Generator
from watchfloor.demo.world import World, make_world

RECORDED = "russellmitchell"
MADE_REPORTS = 45_000
MADE_FROM = 1_780_000_000.0
DAY: Seconds = 86_400.0


@dataclass(frozen=True)
class Stream:
    name: str
    reports: list[dict[str, Any]]


def stream(data: Path | None, *, limit: int | None = None) -> Stream:
    """Return the recorded stream below `data`, or a made one of the same length."""
    found = recorded(data, RECORDED) if data else None
    if found is None:
        return Stream("made data", made(limit or MADE_REPORTS))
    return Stream(RECORDED, found[:limit])


def recorded(data: Path, scenario: str) -> list[dict[str, Any]] | None:
    """Return the reports of a scenario of ait_ads, with our names; None if it is not there."""
    files = sorted((data / "ait_ads").glob(f"{scenario}*.alerts.csv.gz"))
    if not files:
        return None
    with gzip.open(files[0], "rt", newline="") as rows:
        return [
            {
                "id": row["alert_id"],
                "timestamp": float(row["time"]),
                "site": row["site"],
                "source": row["detector"],
                "alert_type": row["type"],
                "message": row["message"],
                "entity_id": row["host"],
                "ip": row["ip"],
            }
            for row in csv.DictReader(rows)
        ]


def made(count: int, *, seed: int = 1, day: int = 0) -> list[dict[str, Any]]:
    """Return ordinary noise of 40 sites with a power cut each hour, from a day on."""
    world = make_world()
    make = Generator(world, seed)
    alarms: list[Alarm] = []
    since = MADE_FROM + day * DAY
    while len(alarms) < count:
        alarms += make.background(world.sites, since, since + 3600, per_minute=10)
        alarms += make.power_cut("Feeder 1", since + 1800, alarms=200)
        since += 3600
    alarms.sort(key=lambda alarm: alarm.at)
    return [alarm.body for alarm in alarms[:count]]


def storm(world: World, count: int, *, at: Seconds, seed: int = 1) -> list[dict[str, Any]]:
    """Return so many reports of ever the same devices going dark, on all feeders, about `at`."""
    make = Generator(world, seed)
    feeders = sorted({site.feeder for site in world.sites})
    sizes = {feeder: len(make.darkened_by(feeder)) for feeder in feeders}
    alarms: list[Alarm] = []
    while len(alarms) < count:
        for feeder in feeders:
            alarms += make.power_cut(feeder, at - 20, alarms=sizes[feeder])
    return [alarm.body for alarm in alarms[:count]]


def call(world: World, number: int, *, at: Seconds, source: str) -> dict[str, Any]:
    """Return call for help number `number`: each of another person, of one kind after another."""
    site = world.sites[number % len(world.sites)]
    kinds = sorted(LIFE_SAFETY_TYPES)
    return {
        "id": f"{source}-{at:.6f}-{number}",
        "source": source,
        "timestamp": at,
        "alert_type": kinds[number % len(kinds)],
        "severity": "CRITICAL",
        "site": site.name,
        "person": f"Guard {number:04}",
        "entity_type": "person",
        "entity_id": f"guard-{number:04}",
        "message": f"guard {number:04} calls for help",
    }
