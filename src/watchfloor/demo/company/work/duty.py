"""Who is really on duty where, and what their phones tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi, radians, sin
from random import Random
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import MINUTE
from watchfloor.demo.company.spans import NEVER, Span
from watchfloor.demo.company.work.rota import Shift
from watchfloor.demo.world import Site

FIX_EVERY: Seconds = 10 * MINUTE
METRES_PER_DEGREE = 111_320.0
USUAL_ACCURACY = 12.0
ROUND, STILL = 35.0, 3.0
"""Metres that somebody who makes the rounds is from the middle of the site, and who sits there."""
INDOORS_SHARE = 0.01
"""Share of fixes that a cellar makes useless."""


@dataclass(slots=True, eq=False)
class Duty:
    """Somebody on a shift. `away`: metres from the site while `strolls`."""

    person: str
    shift: Shift
    phone: str
    next_fix: Seconds
    away: float = 0.0
    strolls: Span = NEVER
    sleeps: Span = NEVER
    is_mocked: bool = False


class Duties:
    """Tells positions and activity of everybody on duty."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._rng = company.rng("duties")
        self._on: dict[str, Duty] = {}
        self._ended: list[tuple[Duty, Seconds]] = []

    def begin(self) -> None:
        self._company.samplers.append(self.sample)

    def comes(self, person: str, shift: Shift) -> Duty:
        company = self._company
        taken = [duty.phone for duty in self.at(shift.site)]
        phones = [d.code for d in company.world.devices_of(shift.site) if d.kind == "phone"]
        phone = min(phones, key=taken.count)
        since = max(company.now, company.measured_from)
        duty = Duty(person, shift, phone, since + self._rng.uniform(0, FIX_EVERY))
        self._on[person] = duty
        return duty

    def goes(self, person: str) -> Duty | None:
        duty = self._on.pop(person, None)
        if duty is not None:
            self._ended.append((duty, self._company.now))
        return duty

    def of(self, person: str) -> Duty | None:
        return self._on.get(person)

    def all(self) -> list[Duty]:
        return list(self._on.values())

    def at(self, site: str) -> list[Duty]:
        return [duty for duty in self._on.values() if duty.shift.site == site]

    def sample(self, until: Seconds) -> None:
        ended, self._ended = self._ended, []
        for duty, left in ended:
            self._tell(duty, min(left, until))
        for duty in self._on.values():
            self._tell(duty, until)

    def _tell(self, duty: Duty, until: Seconds) -> None:
        while duty.next_fix < until:
            at, duty.next_fix = duty.next_fix, duty.next_fix + FIX_EVERY
            if not self._company.plant.is_dark(duty.phone, at):
                self._company.tell("positions", self._fix(duty, at), at)
                for body in self._activity(duty, at):
                    self._company.tell("activity", body, at)

    def _fix(self, duty: Duty, at: Seconds) -> dict[str, Any]:
        rng, site = self._rng, self._company.world.by_code[duty.shift.site]
        metres = duty.away if duty.strolls.covers(at) else 0.0
        moves = STILL if duty.sleeps.covers(at) else ROUND
        latitude, longitude = near(site, metres + abs(rng.gauss(0, moves)), rng)
        is_deep = rng.random() < INDOORS_SHARE
        accuracy = rng.uniform(120, 400) if is_deep else USUAL_ACCURACY * rng.lognormvariate(0, 0.4)
        body = {
            "ts": at, "person": duty.person, "device": duty.phone, "site": site.code,
            "lat": latitude, "lon": longitude, "accuracy": round(accuracy, 1),
        }  # fmt: skip
        return body | ({"mock": True} if duty.is_mocked else {})

    def _activity(self, duty: Duty, at: Seconds) -> Iterator[dict[str, Any]]:
        if duty.sleeps.covers(at):
            return
        rng, of = self._rng, {"ts": at, "person": duty.person, "site": duty.shift.site}
        yield of | {"kind": "movement", "amount": round(rng.gammavariate(1.6, 90), 1)}
        if rng.random() < 0.5:
            yield of | {"kind": "phone", "amount": rng.randint(1, 4)}


def near(site: Site, metres: float, rng: Random) -> tuple[float, float]:
    """Return a point so far from a site, in any direction."""
    angle = rng.uniform(0, 2 * pi)
    north, east = metres * cos(angle), metres * sin(angle)
    latitude = site.latitude + north / METRES_PER_DEGREE
    longitude = site.longitude + east / (METRES_PER_DEGREE * cos(radians(site.latitude)))
    return round(latitude, 6), round(longitude, 6)
