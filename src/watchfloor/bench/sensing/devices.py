"""What ten thousand devices with a beat a minute cost a whole floor, and whether it keeps up.

One carrier serves them all: what shares a line is judged, read and written together.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.bench import sending
from watchfloor.bench.floors import BenchFloor, NotMeasured, Rows, bench_floor
from watchfloor.bench.results import Row
from watchfloor.bench.sensing.part import Part, Tell

DEVICES, AT_A_SITE = 10_000, 14
MINUTE = 60
LOST = 0.004
WARM_SECONDS, SECONDS = 90, 180
"""Periods are learnt in the first minutes of a device, so those are not what it costs for good."""
CATCH_UP: Seconds = 5.0
LEAST, AIM = 0.40, 0.15
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor by part, over so many seconds; what was left to do `CATCH_UP` later."""

    cpu: dict[str, float]
    seconds: Seconds
    beats: int
    left: int

    @property
    def share(self) -> float:
        return sum(self.cpu.values()) / self.seconds


def measure(data: Path, tell: Tell) -> Part:
    with bench_floor() as floor:
        _fill(floor)
        tell(f"{DEVICES} devices are in the inventory")
        spent = _run(floor, tell)
    parts = ", ".join(
        f"{part} {seconds / spent.seconds:.3f}" for part, seconds in spent.cpu.items()
    )
    rows = [
        Row(f"{DEVICES:,} devices, a beat a minute: cores that the whole floor takes",
            f"{spent.share:.3f}", f"{LEAST}", f"{AIM}", spent.share < LEAST),
        Row("by part", parts),
        Row(f"beats not worked {CATCH_UP:g} s after the last of {spent.beats:,}",
            f"{spent.left}", "0", "0", spent.left == 0),
    ]  # fmt: skip
    return Part("ten thousand devices", rows)


def _fill(floor: BenchFloor) -> None:
    key = floor.key("inventory", "admin")
    codes = [f"site-{number}" for number in range(-(-DEVICES // AT_A_SITE))]
    sites = [{"code": code, "carrier": "carrier"} for code in codes]
    floor.fill_inventory(key, {"sites": sites})
    for first in range(0, DEVICES, AT_ONCE):
        rows: Rows = {"devices": [_device(number) for number in range(first, first + AT_ONCE)]}
        floor.fill_inventory(key, rows)


def _device(number: int) -> dict[str, object]:
    """Return a device; the first of each site is what the others hang on."""
    site, place = divmod(number, AT_A_SITE)
    parent = f"device-{site * AT_A_SITE}" if place else None
    return {
        "code": f"device-{number}",
        "site": f"site-{site}",
        "parent": parent,
        "beat_seconds": MINUTE,
    }


def _run(floor: BenchFloor, tell: Tell) -> Spent:
    key, sent = floor.key("gateway"), 0
    before: dict[str, float] = {}
    began = time.monotonic()
    with closing(sending.Connection(floor.url)) as line:
        for second, beats in enumerate(_beats(WARM_SECONDS + SECONDS)):
            time.sleep(max(0.0, began + second - time.monotonic()))
            if second == WARM_SECONDS:
                tell("warm")
                before, sent = floor.cpu(), 0
            body = json.dumps(beats).encode()
            status, answer = line.post("/api/v1/events/heartbeats", body, sending.bearer(key))
            if status != 202:
                raise NotMeasured(f"beats were answered {status}: {answer[:300]!r}")
            sent += len(beats)
        spent, seconds = floor.cpu(before), time.monotonic() - began - WARM_SECONDS
        time.sleep(CATCH_UP)
    return Spent(spent, seconds, sent, floor.pending())


def _beats(seconds: int) -> Iterator[list[dict[str, object]]]:
    """Yield what is sent in each second: every device in its own, some of it lost on the way."""
    rng = Random(7)  # noqa: S311
    for second in range(seconds):
        now = time.time()  # noqa: TID251
        yield [
            {
                "ts": now + rng.uniform(-0.5, 0.0),
                "device": f"device-{number}",
                "loss": round(rng.uniform(0, 2), 1),
                "ms": round(rng.uniform(5, 60), 1),
                "err": 0,
                "bat": 97,
            }
            for number in range(second % MINUTE, DEVICES, MINUTE)
            if rng.random() >= LOST
        ]
