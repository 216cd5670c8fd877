"""Fraud and failings put among honest guarding: one case for a guard, each known by its truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

import msgspec

from watchfloor.aiops.correlation.vicinity import kilometres
from watchfloor.aiops.operation.events import Activity, Event, Fix, Moment, Punch
from watchfloor.bench.sensing.guarding import HOUR, MINUTE, Company, Duty

EACH = 3
"""Cases of each kind in a company."""
_LATEST = 12
"""Duties over which a habit of fraud is spread."""


class Case(NamedTuple):
    """What was planted: of whom, which alert should tell of it, and when it is to be seen."""

    kind: str
    code: str
    person: str
    since: float
    until: float


_Plant = Callable[[Company, Sequence[Duty], Random], tuple[float, float]]
"""Changes what is heard of somebody's duties; returns from when to when the fraud is seen."""


def plant(company: Company, seed: int, each: int = EACH) -> list[Case]:
    """Put cases of every kind into the company, each of a guard of its own."""
    rng, cases = Random(seed), []  # noqa: S311
    guards = list(company.guards)
    rng.shuffle(guards)
    for kind, (code, fits, change) in PLANTS.items():
        for _ in range(each):
            guard = next(one for one in guards if fits == "" or one.by_phone == (fits == "phone"))
            guards.remove(guard)
            since, until = change(company, _worked(company.of(guard)), rng)
            cases.append(Case(kind, code, guard.code, since, until))
    return cases


def _worked(duties: Sequence[Duty]) -> list[Duty]:
    """Return the duties that the guard came to, without the first weeks."""
    return [duty for duty in duties[20:] if _came(duty) is not None]


def _came(duty: Duty) -> Punch | None:
    found = (one for one in duty.events if isinstance(one, Punch) and one.kind == "check_in")
    return next(found, None)


def _one(duties: Sequence[Duty], rng: Random) -> tuple[Duty, Punch]:
    return rng.choice([(duty, came) for duty in duties[:-1] if (came := _came(duty))])


def _far(company: Company, site: str) -> str:
    here = company.places[site]
    return max(company.places, key=lambda other: kilometres(here, company.places[other]))


def _two_shifts(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """The identity works at a site far away, minutes after it left here."""
    duty, came = _one(duties, rng)
    at = came.ts + rng.uniform(10, 25) * MINUTE
    site = _far(company, duty.site)
    duty.events.append(
        msgspec.structs.replace(came, ts=Moment(at), site=site, shift="", lat=None, lon=None,
                                device=f"gate-{site}")
    )  # fmt: skip
    return at, at


def _twice_at_once(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """Somebody at another site of the town uses the identity within minutes."""
    duty, came = _one(duties, rng)
    at = came.ts + rng.uniform(-3, 3) * MINUTE
    site = rng.choice(company.near(duty.site)[1:])
    duty.events.append(
        msgspec.structs.replace(came, ts=Moment(at), site=site, shift="", lat=None, lon=None,
                                device=f"gate-{site}")
    )  # fmt: skip
    return min(at, came.ts), max(at, came.ts)


def _for_a_friend(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """A friend's phone checks the person in, who is not there."""
    pairs = [
        (duty, came, friend, punch)
        for duty in duties
        for friend in company.duties
        if friend.guard.by_phone and friend.site == duty.site and friend.start == duty.start
        and (came := _came(duty)) and (punch := _came(friend))
    ]  # fmt: skip
    duty, came, friend, punch = rng.choice(pairs)
    at = Moment(punch.ts + rng.uniform(0.3, 4) * MINUTE)
    fake = msgspec.structs.replace(
        came, ts=at, device=friend.guard.phone, method="mobile", confidence=None, liveness=None,
        face="",
    )  # fmt: skip
    duty.events = [one for one in duty.events if not isinstance(one, Fix | Activity)]
    duty.events[duty.events.index(came)] = fake
    return at, duty.end


def _same_face(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """A colleague's face checks the person in."""
    duty, came = _one(duties, rng)
    others = [one for one in company.guards if one.site == duty.site and not one.by_phone]
    other = next((one for one in others if one is not duty.guard), duty.guard)
    fake = msgspec.structs.replace(
        came, face=f"face-{other.code}", confidence=rng.uniform(0.8, 0.95), liveness=0.9
    )
    duty.events[duty.events.index(came)] = fake
    return came.ts, came.ts


def _fixes(duty: Duty, change: Callable[[Fix], Fix]) -> None:
    duty.events = [change(one) if isinstance(one, Fix) else one for one in duty.events]


def _mocked(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """The phone plays positions of the site, and says so."""
    duty, came = _one(duties, rng)
    _fixes(duty, lambda fix: msgspec.structs.replace(fix, mock=True))
    return came.ts, duty.end


def _teleported(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """The phone is at home, and at the site for the punch only."""
    duty, came = _one(duties, rng)
    home = company.moved(
        company.places[duty.site], rng.uniform(12_000, 30_000), rng.uniform(5_000, 20_000)
    )

    _fixes(duty, lambda fix: _at(fix, company.reading(home)))
    lat, lon, accuracy = company.reading(home)
    before = Fix(
        ts=Moment(came.ts - 2 * MINUTE), lat=lat, lon=lon, accuracy=accuracy,
        person=duty.guard.code, device=duty.guard.phone,
    )  # fmt: skip
    duty.events.append(before)
    return came.ts, duty.end


def _disagreeing(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """Satellites say the site; the cells say home."""
    duty, came = _one(duties, rng)
    lat, lon = company.moved(company.places[duty.site], rng.uniform(8_000, 30_000), 4_000)
    _fixes(duty, lambda fix: msgspec.structs.replace(fix, network_lat=lat, network_lon=lon))
    return came.ts, duty.end


def _frozen(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """A script repeats one position of the site, all shift long."""
    duty, came = _one(duties, rng)
    place = company.reading(company.places[duty.site])
    _fixes(duty, lambda fix: _at(fix, place))
    return came.ts, duty.end


def _photo(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """A photo is held up at the gate, for weeks."""
    latest = duties[-_LATEST:]
    for duty in latest:
        duty.events = [
            msgspec.structs.replace(one, liveness=rng.uniform(0.05, 0.45))
            if isinstance(one, Punch) else one
            for one in duty.events
        ]  # fmt: skip
    return latest[0].start, latest[-1].end + HOUR


def _clockwork(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """A script punches in and out, at its minutes."""
    latest = duties[-2 * _LATEST :]
    for duty in latest:
        moments = {"check_in": duty.start + 90, "check_out": duty.end + 150}
        duty.events = [
            msgspec.structs.replace(
                one, ts=Moment(moments[one.kind]), confidence=0.97, liveness=0.9
            )
            if isinstance(one, Punch) else one
            for one in duty.events
        ]  # fmt: skip
    return latest[0].start, latest[-1].end + HOUR


def _asleep(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """Hours of nothing, of somebody who is heard of otherwise."""
    duty, came = _one(duties, rng)
    since = came.ts + rng.uniform(1.0, 2.5) * HOUR
    until = since + rng.uniform(3.5, 4.5) * HOUR
    place = company.reading(company.places[duty.site])

    def asleep(one: Event) -> Event | None:
        if not since < one.ts < until or not isinstance(one, Fix | Activity):
            return one
        return None if isinstance(one, Activity) else _at(one, place)

    duty.events = [kept for one in duty.events if (kept := asleep(one)) is not None]
    return since, until + HOUR


def _at(fix: Fix, place: tuple[float, float, float]) -> Fix:
    lat, lon, accuracy = place
    return msgspec.structs.replace(fix, lat=lat, lon=lon, accuracy=accuracy)


def _late(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """Somebody comes later and later, most days."""
    latest = duties[-_LATEST:]
    for duty in latest:
        came = _came(duty)
        if came is not None and rng.random() < 0.8:
            at = Moment(duty.start + rng.uniform(45, 90) * MINUTE)
            duty.events[duty.events.index(came)] = msgspec.structs.replace(came, ts=at)
            duty.events = [
                one for one in duty.events if one.ts >= at or not isinstance(one, Fix | Activity)
            ]
    return latest[0].start, latest[-1].end + HOUR


def _strayed(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """The guard is two kilometres away for an hour or two."""
    duty, came = _one(duties, rng)
    since = came.ts + rng.uniform(1, 3) * HOUR
    until = since + rng.uniform(1, 2) * HOUR
    away = company.moved(company.places[duty.site], rng.uniform(1200, 3000), 0.0)
    _fixes(duty, lambda fix: _at(fix, company.reading(away)) if since < fix.ts < until else fix)
    return since, until


def _elsewhere(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """A check-in where the person may not work, in place of the own site."""
    duty, came = _one(duties, rng)
    site = _far(company, duty.site)
    duty.events = [
        msgspec.structs.replace(came, site=site, shift="", lat=None, lon=None)
        if one is came else one
        for one in duty.events
        if one is came or not isinstance(one, Punch | Fix | Activity)
    ]  # fmt: skip
    return came.ts, duty.end


def _overtime(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """Two shifts and more without a break."""
    duty, came = _one(duties, rng)
    out = Moment(came.ts + rng.uniform(17, 21) * HOUR)
    duty.events = [
        msgspec.structs.replace(one, ts=out)
        if isinstance(one, Punch) and one.kind == "check_out" else one
        for one in duty.events
    ]  # fmt: skip
    duty.events += company.life(duty, duty.end, out)
    return came.ts, out


def _useless(company: Company, duties: Sequence[Duty], rng: Random) -> tuple[float, float]:
    """A receiver that is of no use for an hour or two."""
    duty, came = _one(duties, rng)
    since = came.ts + rng.uniform(1, 3) * HOUR
    until = since + rng.uniform(1, 2) * HOUR

    def poor(fix: Fix) -> Fix:
        is_poor = since < fix.ts < until
        return msgspec.structs.replace(fix, accuracy=rng.uniform(200, 900)) if is_poor else fix

    _fixes(duty, poor)
    return since, until


PLANTS: dict[str, tuple[str, str, _Plant]] = {
    "two far shifts": ("IMPOSSIBLE_SHIFTS", "", _two_shifts),
    "one identity twice at once": ("BUDDY_PUNCHING", "", _twice_at_once),
    "a friend's phone": ("BUDDY_PUNCHING", "gate", _for_a_friend),
    "a colleague's face": ("BUDDY_PUNCHING", "gate", _same_face),
    "mocked position": ("GPS_SPOOFING", "", _mocked),
    "position at the punch only": ("GPS_SPOOFING", "phone", _teleported),
    "satellites against cells": ("GPS_SPOOFING", "", _disagreeing),
    "frozen position": ("GPS_SPOOFING", "", _frozen),
    "a photo for a face": ("BIOMETRIC_PATTERN_ANOMALY", "gate", _photo),
    "punches by clockwork": ("BIOMETRIC_PATTERN_ANOMALY", "gate", _clockwork),
    "asleep": ("GUARD_INACTIVITY", "", _asleep),
    "late most days": ("ATTENDANCE_ANOMALY", "", _late),
    "away from the post": ("GEOFENCE_BREACH", "", _strayed),
    "where one may not work": ("UNAUTHORIZED_SITE_ACCESS", "", _elsewhere),
    "no break": ("OVERTIME_VIOLATION", "", _overtime),
    "receiver of no use": ("GPS_LOW_ACCURACY", "", _useless),
}
"""By kind: the alert that tells of it, who it fits (those of the gate, of the phone), and how."""
