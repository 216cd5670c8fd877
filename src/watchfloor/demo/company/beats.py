"""What devices say of themselves at each beat, and what climate sensors measure."""

from __future__ import annotations

from collections.abc import Mapping
from math import pi, sin
from random import Random
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import DAY, local
from watchfloor.demo.company.spans import NEVER, Span
from watchfloor.demo.world import Device

LOST = 0.003
"""Share of beats that get lost on the way."""
JITTER: Seconds = 12.0
MS_BY_KIND = {"phone": 70.0, "gateway": 14.0, "switch": 4.0}
USUAL_MS = 9.0
WINTER, SUMMER, OF_DAY = 4.0, 19.0, 4.0
"""Degrees outside, on average, and how far a day swings around."""
BEHIND_SYNC, USUAL_SYNC = (20, 60), (90, 100)


class Beats:
    """Every device beats once in a period, at a phase of its own."""

    def __init__(self, company: Company, period: Seconds, behind: Mapping[str, Span]) -> None:
        self._company = company
        self._period = period
        self._behind = behind
        self._due: list[tuple[Device, Random]] = []
        self._next: dict[str, tuple[Seconds, Seconds]] = {}
        """By device: when its period ends, and how much earlier or later it beats."""
        for device in company.world.devices:
            rng = company.rng(f"beats:{device.code}")
            self._due.append((device, rng))
            first = company.measured_from + rng.uniform(JITTER, period)
            self._next[device.code] = first, rng.uniform(-JITTER, JITTER)

    def begin(self) -> None:
        self._company.samplers.append(self.sample)

    def sample(self, until: Seconds) -> None:
        for device, rng in self._due:
            grid, shift = self._next[device.code]
            while grid + shift < until:
                self._beat(device, grid + shift, rng)
                grid, shift = grid + self._period, rng.uniform(-JITTER, JITTER)
            self._next[device.code] = grid, shift

    def _beat(self, device: Device, at: Seconds, rng: Random) -> None:
        company, chance = self._company, rng.random()
        if chance < LOST or company.plant.is_dark(device.code, at):
            return
        company.tell("heartbeats", self._body(device, at, rng), at)
        if device.kind == "sensor":
            company.tell("sensors", _climate(device, at, rng), at)

    def _body(self, device: Device, at: Seconds, rng: Random) -> dict[str, Any]:
        wear = self._company.plant.wear(device.code, at)
        usual = MS_BY_KIND.get(device.kind, USUAL_MS)
        rain = 1.3 if self._company.seasons.weather(at).rain else 1.0
        body = {
            "ts": at, "device": device.code, "site": device.site,
            "loss": round(min(rng.expovariate(1 / (0.4 * rain + 9 * wear)), 100.0), 1),
            "ms": round(usual * rng.lognormvariate(0, 0.35) * (1 + 4 * wear), 1),
            "err": _count(rng, 0.03 + 5 * wear),
            "bat": _charge(device, at, rng),
        }  # fmt: skip
        if device.kind == "phone":
            is_behind = self._behind.get(device.code, NEVER).covers(at)
            low, high = BEHIND_SYNC if is_behind else USUAL_SYNC
            body["sync"] = rng.randint(low, high)
        return body


def _count(rng: Random, mean: float) -> int:
    """Return how many errors there were, mostly none."""
    number, left = 0, rng.expovariate(1.0)
    while left < mean:
        number, left = number + 1, left + rng.expovariate(1.0)
    return number


def _charge(device: Device, at: Seconds, rng: Random) -> int:
    if device.kind != "phone":
        return 100
    hours = (at % (DAY / 3)) / 3600.0
    return max(5, round(100 - 9 * hours - rng.uniform(0, 4)))


def _climate(device: Device, at: Seconds, rng: Random) -> dict[str, Any]:
    """Return a reading: indoors, the swing of the year and of the day are a quarter of it."""
    moment = local(at)
    season = (1 - sin(2 * pi * (moment.timetuple().tm_yday + 80) / 365)) / 2
    outside = WINTER + (SUMMER - WINTER) * season + OF_DAY * sin(2 * pi * (moment.hour - 9) / 24)
    value = round(18 + outside / 4 + rng.gauss(0, 0.2), 1)
    return {"ts": at, "device": device.code, "site": device.site,
            "kind": "TEMPERATURE", "value": value}  # fmt: skip
