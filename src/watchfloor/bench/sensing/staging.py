"""What the demo's company lacks, put among what is heard of it, each case known by its truth.

Each person, ticket and device has one case at most, and none of the company's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

import msgspec

from watchfloor.aiops.operation.engine import Timed
from watchfloor.aiops.operation.events import (
    Activity,
    Beat,
    Event,
    Fix,
    Moment,
    Punch,
    Reading,
    RosterPublished,
    TicketState,
)
from watchfloor.aiops.operation.rules.own_life_safety import OwnLifeSafety
from watchfloor.aiops.types import LIFE_SAFETY_TYPES, Seconds
from watchfloor.bench.sensing.cases import Case, case
from watchfloor.demo.company.seasons import DAY, HOUR, MINUTE
from watchfloor.demo.company.work.arming import AREA
from watchfloor.demo.world import World

EACH = 5
"""Cases of each kind in a run."""
HABIT = 8
"""Duties over which a habit is spread."""
MOST_DAYS = 0.8
OWN_KIND = "POOL_ALARM"
"""What the company itself counts as danger to people."""
LEARNT: Seconds = 10 * DAY
"""Nobody is changed before: some rules have to know a person first."""


class Duty(NamedTuple):
    came: Punch
    left: Punch


class Stage:
    """Events that may be changed, taken out and added to."""

    def __init__(self, world: World, events: Sequence[Timed], rng: Random) -> None:
        self.world = world
        self.rng = rng
        self.begins = events[0].at
        self._events = events
        self._changed: dict[int, Event | None] = {}
        self._added: list[Event] = []
        self.of_person = self._by("person")
        self.of_ticket = self._by("ticket")
        self.beats = _by((one.event for one in events if isinstance(one.event, Beat)), "device")
        self.ends = {
            one.event.shift: float(one.event.end)
            for one in events
            if isinstance(one.event, RosterPublished)
        }

    def _by(self, name: str) -> dict[str, list[Event]]:
        return _by((one.event for one in self._events), name)

    def change(self, event: Event, **fields: Any) -> None:
        self._changed[id(event)] = msgspec.structs.replace(event, **fields)

    def take_out(self, events: Iterable[Event]) -> None:
        self._changed.update((id(event), None) for event in events)

    def add(self, event: Event, **fields: Any) -> None:
        self._added.append(msgspec.structs.replace(event, **fields))

    def heard(self) -> list[Timed]:
        kept = [self._changed.get(id(one.event), one.event) for one in self._events]
        events = [*filter(None, kept), *self._added]
        return sorted((Timed(float(event.ts), event) for event in events), key=lambda one: one.at)

    def signs_of_life(self, person: str, since: Seconds, until: Seconds) -> list[Event]:
        return [
            event
            for event in self.of_person[person]
            if isinstance(event, Fix | Activity) and since < event.ts < until
        ]

    def duties(self, person: str) -> list[Duty]:
        punches = [one for one in self.of_person[person] if isinstance(one, Punch)]
        pairs = pairwise(punches)
        return [
            Duty(came, left)
            for came, left in pairs
            if came.kind == "check_in" and left.kind == "check_out"
        ]


Plant = Callable[[Stage, str], Case | None]
"""Changes what is heard of somebody; None where it does not fit that person."""


def put_people(stage: Stage, spared: Iterable[str]) -> Iterator[Case]:
    """Put cases of each kind of people into the stage, each of a person of its own."""
    people = sorted(set(stage.of_person) - set(spared) - {""})
    stage.rng.shuffle(people)
    for plant in PLANTS:
        made = 0
        while made < EACH:
            found = plant(stage, people.pop())
            if found is not None:
                made += 1
                yield found


def put_tickets(stage: Stage) -> Iterator[Case]:
    """Let people pass tickets on to the next level, or make them more urgent."""
    long = [rows for rows in stage.of_ticket.values() if _lasted(rows) > 3 * HOUR]
    for number, rows in enumerate(stage.rng.sample(long, EACH)):
        at = float(rows[0].ts) + HOUR
        last = [row for row in rows if row.ts <= at][-1]
        if not isinstance(last, TicketState) or not isinstance(last.priority, int):
            raise AssertionError("tickets of the company have a priority")
        said = {"level": 1} if number % 2 else {"priority": max(last.priority - 1, 1)}
        stage.add(last, ts=Moment(at), **said)
        for row in rows:
            if row.ts > at:
                stage.change(row, **said)
        is_told = bool(number % 2) or last.priority > 1
        if is_told:
            yield case("TICKET_ESCALATED", at, at, last.ticket)


def put_calls(stage: Stage) -> Iterator[Case]:
    """Let buttons and detectors of each kind that is of life and death speak, and be reset."""
    kinds = [*((kind, kind) for kind in sorted(LIFE_SAFETY_TYPES)), (OWN_KIND, OwnLifeSafety.code)]
    for kind, code in kinds:
        for site in stage.rng.sample(stage.world.sites, min(EACH, len(stage.world.sites))):
            at = stage.begins + LEARNT + stage.rng.uniform(0, 15) * DAY
            device = f"{site.code}-{kind}"
            said = Reading(ts=Moment(at), device=device, kind=kind, site=site.code, area=AREA,
                           state="ACTIVE")  # fmt: skip
            stage.add(said)
            stage.add(said, ts=Moment(at + 10 * MINUTE), state="CLEAR")
            yield case(code, at, at, device)


def put_clones(stage: Stage) -> Iterator[Case]:
    """Let something else speak under the code of a device, between its own beats."""
    for device in stage.rng.sample(sorted(stage.beats), EACH):
        beats = stage.beats[device]
        first = stage.rng.randrange(len(beats) // 2, len(beats) - 12)
        for beat in beats[first : first + 8]:
            stage.change(beat, serial="its own")
            stage.add(beat, ts=Moment(beat.ts + 5 * MINUTE), serial="another")
        yield case("DEVICE_SPOOF", float(beats[first].ts), float(beats[first + 8].ts), device)


def _one(stage: Stage, person: str) -> tuple[Duty, Punch] | None:
    """Return one of a person's duties, and the check-in of the next."""
    duties = stage.duties(person)
    pairs = [
        (duty, following.came)
        for duty, following in pairwise(duties)
        if duty.came.ts > stage.begins + LEARNT and following.came.ts > duty.left.ts + 24 * HOUR
    ]
    return stage.rng.choice(pairs) if pairs else None


def _of_no_use(stage: Stage, person: str) -> Case | None:
    """A receiver is of no use for an hour or two."""
    found = _one(stage, person)
    if found is None:
        return None
    since = found[0].came.ts + stage.rng.uniform(1, 3) * HOUR
    until = since + stage.rng.uniform(1, 2) * HOUR
    for event in stage.signs_of_life(person, since, until):
        if isinstance(event, Fix):
            stage.change(event, accuracy=stage.rng.uniform(200, 900))
    return case("GPS_LOW_ACCURACY", since, until, person)


def _no_break(stage: Stage, person: str) -> Case | None:
    """Somebody works on for two shifts and more."""
    found = _one(stage, person)
    if found is None:
        return None
    came, left = found[0]
    out = came.ts + stage.rng.uniform(17, 21) * HOUR
    stage.change(left, ts=Moment(out))
    at = left.ts + 10 * MINUTE
    while at < out:
        stage.add(Activity(ts=Moment(at), kind="movement", person=person, site=came.site,
                           amount=100.0))  # fmt: skip
        at += 10 * MINUTE
    return case("OVERTIME_VIOLATION", came.ts + 16 * HOUR, out, person)


def _elsewhere(stage: Stage, person: str) -> Case | None:
    """Somebody checks in where they may not work, between two duties."""
    found = _one(stage, person)
    if found is None:
        return None
    came, left = found[0]
    site = stage.rng.choice([one.code for one in stage.world.sites if one.code != came.site])
    at = left.ts + 8 * HOUR
    for punch, moment in ((came, at), (left, at + HOUR)):
        stage.add(punch, ts=Moment(moment), site=site, shift="", device=f"{site}-TRM")
    return case("UNAUTHORIZED_SITE_ACCESS", at, at + HOUR, person)


def _left_early(stage: Stage, person: str) -> Case | None:
    """Somebody goes hours before the shift ends."""
    found = _one(stage, person)
    if found is None or found[0].came.shift not in stage.ends:
        return None
    left = found[0].left
    at = stage.ends[left.shift] - stage.rng.uniform(1, 3) * HOUR
    stage.take_out(stage.signs_of_life(person, at, left.ts + HOUR))
    stage.change(left, ts=Moment(at))
    return case("SCHEDULE_MISMATCH", at, at, person)


def _photo(stage: Stage, person: str) -> Case | None:
    """A photo is held up at the terminal, for weeks."""
    habit = _habit(stage, person, before=12, after=16)
    if habit is None:
        return None
    for punch in (punch for duty in habit for punch in duty):
        stage.change(punch, liveness=stage.rng.uniform(0.05, 0.45))
    return case("BIOMETRIC_PATTERN_ANOMALY", habit[0].came.ts, habit[-1].left.ts, person)


def _late(stage: Stage, person: str) -> Case | None:
    """Somebody comes late, most days."""
    habit = _habit(stage, person, before=26, after=11)
    if habit is None:
        return None
    for came, _ in habit:
        if stage.rng.random() < MOST_DAYS:
            at = came.ts + stage.rng.uniform(45, 90) * MINUTE
            stage.take_out(stage.signs_of_life(person, came.ts - HOUR, at))
            stage.change(came, ts=Moment(at))
    return case("ATTENDANCE_ANOMALY", habit[0].came.ts, habit[-1].left.ts, person)


def _habit(stage: Stage, person: str, *, before: int, after: int) -> list[Duty] | None:
    """Return duties with so many before them, to know the person, and after, to be well again."""
    duties = stage.duties(person)
    return duties[-after - HABIT : -after] if len(duties) >= before + HABIT + after else None


PLANTS: tuple[Plant, ...] = (_photo, _late, _of_no_use, _no_break, _elsewhere, _left_early)
"""Those that need most of somebody's duties first."""
KINDS = frozenset({
    "ATTENDANCE_ANOMALY", "BIOMETRIC_PATTERN_ANOMALY", "GPS_LOW_ACCURACY", "OVERTIME_VIOLATION",
    "SCHEDULE_MISMATCH", "UNAUTHORIZED_SITE_ACCESS",
})  # fmt: skip
"""What somebody who fails in one of these ways is told of besides is right as well."""


def _by(events: Iterable[Any], name: str) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for event in events:
        code = getattr(event, name, "")
        if code:
            found[code].append(event)
    return found


def _lasted(rows: Sequence[Event]) -> Seconds:
    ended = [row for row in rows if isinstance(row, TicketState) and row.state == "RESOLVED"]
    return float(ended[0].ts - rows[0].ts) if ended else 0.0
