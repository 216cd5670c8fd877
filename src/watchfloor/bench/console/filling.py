"""A floor with rows on every page: a small one, and then one ten times that size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import httpx

from watchfloor.aiops.types import Seconds
from watchfloor.bench import sending
from watchfloor.bench.floors import BenchFloor, NotMeasured, pages
from watchfloor.bench.ingest import wait_until_worked
from watchfloor.demo.generator import Generator
from watchfloor.demo.world import World, make_world

SITES, STORM, NOISE, OFFICE = 8, 45, 120, 3
"""Of the small floor, of size 1: a power cut's alarms, ordinary ones, and rows of each kind that
people write. Enough of each that no page is spared a query for want of rows."""
LARGEST_STORM = 200
PER_BODY = 100
QUIET_MINUTES = 30
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hands:
    """Who fills a floor, with a key that may send and write all."""

    floor: BenchFloor
    key: str

    def grow(self, size: int, *, now: Seconds) -> None:
        """Add rows of every kind, `size` times those of the small floor."""
        world = make_world(sites=SITES * size)
        self.floor.fill_inventory(self.key, world.as_inventory())
        self._send(_alarms(world, size, now))
        for path, body in _office(world, size, datetime.fromtimestamp(now, UTC)):
            self._write(path, body)
        self._send([_silenced(size, number) for number in range(OFFICE * size)])
        worst = next(pages(self.floor, self.key, "/api/v1/incidents?state=NEW"))
        for number in range(OFFICE * size):
            self._write(f"incidents/{worst['id']}/comment", {"text": f"Looked again, {number}"})

    def open_alerts(self, count: int) -> None:
        """Add so many open alerts, each of a thing of its own."""
        run = token_hex(4)
        told = {"alert_type": "DEVICE_OFFLINE", "severity": "MEDIUM"}
        self._send([told | {"entity_id": f"thing-{run}-{number}"} for number in range(count)])

    def _send(self, reports: Sequence[Body]) -> None:
        headers = sending.bearer(self.key)
        bodies = sending.encoded(reports, per_body=PER_BODY)
        sending.send(self.floor.url, bodies, connections=1, headers=headers)
        wait_until_worked(self.floor)

    def _write(self, path: str, body: Body) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = httpx.post(
            f"{self.floor.url}/api/v1/{path}", json=body, headers=headers, timeout=60
        )
        if not answer.is_success:
            raise NotMeasured(f"{path} answered {answer.status_code}: {answer.text[:300]}")


def _alarms(world: World, size: int, now: Seconds) -> list[Body]:
    make = Generator(world, size, source=f"bench-{size}")
    since, storm = now - QUIET_MINUTES * 60, min(STORM * size, LARGEST_STORM)
    noise = make.background(world.sites, since, now, per_minute=NOISE * size / QUIET_MINUTES)
    alarms = [*noise, *make.power_cut("Feeder 1", now - 60, alarms=storm)]
    return [alarm.body for alarm in sorted(alarms, key=lambda alarm: alarm.at)]


def _silenced(size: int, number: int) -> Body:
    """Return an alarm of what a silence of the office keeps quiet."""
    return {"alert_type": "LIFT_SLOW", "severity": "LOW", "entity_id": f"lift-{size}-{number}"}


def _office(world: World, size: int, now: datetime) -> Iterator[tuple[str, Body]]:
    """Yield what people add beside the alarms: where it goes, and what."""
    ends = (now + timedelta(hours=2)).isoformat()
    for number in range(OFFICE * size):
        name, site = f"{size}-{number}", world.sites[number % len(world.sites)]
        yield "users", {"email": f"bench-{name}@example.com", "name": f"Desk {name}"}
        yield "keys", {"name": f"gateway-{name}"}
        yield "tests", {"device": f"{site.code}-PNL", "minutes": 60, "caller": f"Caller {name}"}
        yield "silences", {
            "reason": "being repaired", "ends_at": ends,
            "matchers": [{"field": "entity_id", "op": "eq", "value": f"lift-{name}"}],
        }  # fmt: skip
        yield "maintenance-windows", {
            "title": f"Lift {name}", "starts_at": now.isoformat(), "ends_at": ends,
            "alert_types": ["LIFT_STUCK"],
        }  # fmt: skip
        yield "orders", {
            "code": f"ORDER-{name}", "title": f"Order {name}", "site": site.code,
            "steps": [{"text": "Call the site"}, {"text": "Write down who came"}],
        }  # fmt: skip
