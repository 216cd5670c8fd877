"""Weeks of honest guarding, with all that looks odd and is not: an estate of our own making.

Receivers tremble, err for a fix and repeat their last one; phones are lent and run flat, buses are
late, faces are poorly lit, supervisors drive from site to site, clocks differ, terminals have
queues, and a code stands for whoever stood in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import cos, radians
from random import Random
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from watchfloor.aiops.correlation.vicinity import KM_OF_DEGREE, Position, kilometres
from watchfloor.aiops.operation.directory import Directory, PersonRef, SiteRef
from watchfloor.aiops.operation.engine import Timed
from watchfloor.aiops.operation.events import (
    Activity,
    Event,
    Fix,
    LeaveNotice,
    Moment,
    Punch,
    RosterPublished,
)
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import LIMITS

BEGIN = 1_767_571_200.0
"""Midnight of a Monday."""
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
SITES, _GUARDS, _DAYS = 12, 8, 49
_FIX_EVERY = 20 * MINUTE
_CENTRE = (51.5, -0.12)


PunchKind: TypeAlias = Literal["check_in", "check_out"]


class Guard(NamedTuple):
    code: str
    site: str
    slot: int
    """Hour at which the shifts begin."""
    lively: float
    """Signs of life an hour."""
    late: float
    """Minutes, on the whole."""
    face: float
    """How well the person is recognised, on the whole."""
    by_phone: bool

    @property
    def phone(self) -> str:
        return f"phone-{self.code}"


@dataclass
class Duty:
    """One shift of one guard, and what was heard of it."""

    guard: Guard
    site: str
    start: float
    events: list[Event] = field(default_factory=list)

    @property
    def end(self) -> float:
        return self.start + 8 * HOUR

    @property
    def shift(self) -> str:
        return f"{self.guard.code}-{int(self.start)}"


class Company:
    """Sites, guards, and their duties, all drawn by one seed."""

    def __init__(self, seed: int, sites: int = SITES) -> None:
        self.rng = Random(seed)  # noqa: S311
        self.places = {f"site-{n:02}": self._somewhere() for n in range(sites)}
        self.guards = [self._guard(site, n) for site in self.places for n in range(_GUARDS)]
        self.duties = [duty for guard in self.guards for duty in self._duties(guard)]
        self.others = [*self._supervisor("boss", 3), *self._reliefs()]

    @property
    def until(self) -> float:
        return BEGIN + (_DAYS + 2) * DAY

    def directory(self) -> Directory:
        """Return what a floor would know of the company."""
        sites = {code: SiteRef(position=place) for code, place in self.places.items()}
        people = {
            guard.code: PersonRef(guard.site, frozenset(self.near(guard.site)))
            for guard in self.guards
        }
        return Directory(
            Limits.of(LIMITS.values()), sites=sites, people={**people, "boss": PersonRef()}
        )

    def events(self) -> list[Timed]:
        """Return all that was heard, in the order of its time; a few come late."""
        heard = [event for duty in self.duties for event in duty.events] + self.others
        order = sorted(heard, key=lambda event: event.ts + self._delay())
        return [Timed(float(event.ts), event) for event in order]

    def near(self, site: str) -> list[str]:
        """Return the site and those nearest to it, half of all."""
        here, many = self.places[site], 1 + len(self.places) // 2
        return sorted(self.places, key=lambda other: kilometres(here, self.places[other]))[:many]

    def of(self, guard: Guard) -> list[Duty]:
        return [duty for duty in self.duties if duty.guard is guard]

    def punch(self, duty: Duty, at: float, kind: PunchKind) -> Punch:
        """Return a punch as the guard makes it: at the gate by face, or on the own phone."""
        guard, rng = duty.guard, self.rng
        told: dict[str, object] = {"device": f"gate-{duty.site}", "method": "biometric"}
        if guard.by_phone:
            lat, lon, accuracy = self.reading(self.places[duty.site])
            told = {"device": guard.phone, "method": "mobile"}
            told |= {"lat": lat, "lon": lon, "accuracy": accuracy}
        else:
            told["confidence"] = min(max(rng.gauss(guard.face, 0.08), 0.05), 0.99)
            told["liveness"] = min(max(rng.gauss(0.85, 0.1), 0.05), 0.99)
            told["face"] = f"face-{guard.code}"
        plain = Punch(ts=Moment(at), kind=kind, site=duty.site, person=guard.code, shift=duty.shift)
        return msgspec.structs.replace(plain, **told)

    def reading(self, place: Position) -> tuple[float, float, float]:
        """Return a position as a receiver gives it: latitude, longitude, accuracy in metres."""
        accuracy = min(5.0 + self.rng.expovariate(1 / 12.0), 80.0)
        lat, lon = self.moved(place, self.rng.gauss(0.0, 35.0), self.rng.gauss(0.0, 35.0))
        return lat, lon, round(accuracy, 1)

    def moved(self, place: Position, north_m: float, east_m: float) -> Position:
        lat, lon = place
        km = KM_OF_DEGREE * 1000.0
        return lat + north_m / km, lon + east_m / (km * cos(radians(lat)))

    def _somewhere(self) -> Position:
        """Return a place in a town of 40 km, or, one in six, in another one."""
        far = 180_000.0 if self.rng.random() < 1 / 6 else 0.0
        north, east = (self.rng.uniform(-20_000, 20_000) for _ in range(2))
        return self.moved(_CENTRE, north + far, east)

    def _guard(self, site: str, number: int) -> Guard:
        rng = self.rng
        return Guard(
            code=f"{site}-guard-{number}",
            site=site,
            slot=(6, 14, 22)[number % 3],
            lively=rng.choice((1.0, 6.0, 9.0, 12.0)),
            late=rng.choice((-4.0, -1.0, 2.0, 12.0)),
            face=rng.choice((0.8, 0.9, 0.95)),
            by_phone=number % 2 == 1,
        )

    def _duties(self, guard: Guard) -> Iterator[Duty]:
        rng, off = self.rng, self.rng.randrange(7)
        for day in range(_DAYS):
            if (day + off) % 7 >= 5:
                continue
            site = rng.choice(self.near(guard.site)) if rng.random() < 0.04 else guard.site
            duty = Duty(guard, site, BEGIN + day * DAY + guard.slot * HOUR)
            duty.events = list(self._worked(duty))
            yield duty

    def _worked(self, duty: Duty) -> Iterator[Event]:
        guard, rng = duty.guard, self.rng
        published = Moment(duty.start - 12 * HOUR)
        yield RosterPublished(
            ts=published, shift=duty.shift, site=duty.site, start=Moment(duty.start),
            end=Moment(duty.end), required=1, people=[guard.code],
        )  # fmt: skip
        luck = rng.random()
        if luck < 0.01:
            yield LeaveNotice(ts=published, shift=duty.shift, person=guard.code)
        if luck < 0.015:
            return
        late = rng.gauss(guard.late, 4.0) + (rng.expovariate(1 / 15.0) if luck > 0.97 else 0.0)
        came, left = duty.start + late * MINUTE, duty.end + rng.gauss(3.0, 5.0) * MINUTE
        check_in = self.punch(duty, came, "check_in")
        if rng.random() < 0.01:
            lent = self._colleague(guard).phone
            check_in = msgspec.structs.replace(
                check_in, device=lent, method="mobile", confidence=0.93, liveness=0.9
            )
        yield check_in
        if rng.random() > 0.004:
            yield self.punch(duty, left, "check_out")
        flat = came + rng.uniform(0, 8) * HOUR if rng.random() < 0.001 else left
        yield from self._fixes(duty, came, min(left, flat))
        yield from self.life(duty, came, min(left, flat))

    def _colleague(self, guard: Guard) -> Guard:
        return self.rng.choice([one for one in self.guards if one.site == guard.site])

    def _fixes(self, duty: Duty, since: float, until: float) -> Iterator[Fix]:
        rng, place, at = self.rng, self.places[duty.site], since + self.rng.uniform(1, 20) * MINUTE
        last = self.reading(place)
        while at < until:
            if rng.random() > 0.1:
                last = self.reading(place)
            lat, lon, accuracy = last
            if rng.random() < 0.01:
                accuracy = rng.uniform(110, 600)
            if rng.random() < 0.001:
                lat, lon = self.moved(place, rng.uniform(3000, 15000), rng.uniform(3000, 15000))
            person, device = duty.guard.code, duty.guard.phone
            yield Fix(
                ts=Moment(at), lat=lat, lon=lon, accuracy=accuracy, person=person, device=device
            )
            at += _FIX_EVERY

    def life(self, duty: Duty, since: float, until: float) -> Iterator[Activity]:
        """Signs of life come in bunches of a few, at the guard's own rate."""
        rng, at = self.rng, since
        while (at := at + rng.expovariate(duty.guard.lively / HOUR)) < until:
            for _ in range(rng.randrange(1, 4)):
                moment = Moment(at + rng.uniform(0, 2 * MINUTE))
                yield Activity(ts=moment, kind="phone", person=duty.guard.code)

    def _supervisor(self, code: str, stops: int) -> Iterator[Punch]:
        """One who drives from site to site, no faster than the roads allow."""
        for day in range(_DAYS):
            at, here = BEGIN + day * DAY + 8 * HOUR, ""
            for site in self.rng.sample(sorted(self.places), stops):
                way = kilometres(self.places[here or site], self.places[site])
                at += way / self.rng.uniform(25, 60) * HOUR + self.rng.uniform(6, 15) * MINUTE
                came = Punch(
                    ts=Moment(at), kind="check_in", site=site, person=code, method="mobile",
                    device=f"phone-{code}",
                )  # fmt: skip
                out = Moment(at + 30 * MINUTE)
                yield from (came, msgspec.structs.replace(came, ts=out, kind="check_out"))
                at, here = at + 30 * MINUTE, site

    def _reliefs(self) -> Iterator[Punch]:
        for day in range(_DAYS):
            for site in self.rng.sample(sorted(self.places), 2):
                at = Moment(BEGIN + day * DAY + 6 * HOUR + self.rng.uniform(0, 600))
                yield Punch(ts=at, kind="check_in", site=site, person="RELIEF")

    def _delay(self) -> float:
        return self.rng.expovariate(1 / 600.0) if self.rng.random() < 0.02 else 0.0
