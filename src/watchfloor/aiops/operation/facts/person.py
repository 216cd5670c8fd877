"""What is known of one person at work: where, since when, how well recognised, how lively."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.fraud.biometric import Check
from watchfloor.aiops.fraud.habits import Arrival, unusual
from watchfloor.aiops.fraud.inactivity import BUNCH, MOVED_M
from watchfloor.aiops.fraud.suspicion import Suspicion, apart_m
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import (
    Activity,
    Event,
    Fix,
    LeaveNotice,
    Punch,
    RosterPublished,
    TourScan,
    TourStarted,
)
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.whereabouts import (
    LOW_ACCURACY,
    Outside,
    Place,
    accuracy_of,
    fenced,
    next_place,
    position_of,
)
from watchfloor.aiops.operation.local import local_time
from watchfloor.aiops.types import Seconds

HOUR: Seconds = 3600.0
DAY: Seconds = 24 * HOUR
KEPT: Seconds = 90 * DAY
"""A person of whom nothing is heard for so long is forgotten."""
_MOST_PUNCHES, _MOST_CHECKS, _MOST_ARRIVALS = 12, 30, 60
_MOST_PLANNED, _MOST_DEVICES = 60, 4
_FADES: Seconds = 200 * HOUR
"""Of duty; then both halves of the rate of life are halved, so that it follows the person."""
_ENOUGH_HEARD = 3.0
_LONGEST_DUTY: Seconds = 12 * HOUR
"""Of a shift whose end nobody planned."""
_NEAR_SHIFT: Seconds = 4 * HOUR
_AGAIN: Seconds = HOUR / 2
"""Who checks in again so soon after has arrived once."""


class Mark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A punch, as far as later ones are held against it."""

    at: Seconds
    is_in: bool
    site: str
    shift: str = ""


class Planned(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A shift on which the person stands, until it has been attended, missed or taken off."""

    start: Seconds
    end: Seconds
    site: str


class PersonFacts(Facts):
    """Punches, checks and arrivals are in the order of their time, the latest of each."""

    kind: ClassVar[str] = "person"
    hears: ClassVar[tuple[type[Event], ...]] = (
        Punch,
        Fix,
        Activity,
        TourStarted,
        TourScan,
        RosterPublished,
        LeaveNotice,
    )

    seen_at: Seconds = 0.0
    punches: tuple[Mark, ...] = ()
    checks: tuple[Check, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    odd: Suspicion | None = None
    """What is unusual about the arrivals, if anything."""
    planned: dict[str, Planned] = {}
    places: dict[str, Place] = {}
    """By device."""
    outside: Outside | None = None
    poor_fixes: int = 0
    """How many positions in a row were not good enough."""
    accuracy_m: float = 0.0
    heard_at: Seconds = 0.0
    heard: float = 0.0
    """How many bunches of life, on how much duty."""
    duty_s: Seconds = 0.0
    duty_end: Seconds = 0.0
    """When the shift that the person is on is planned to end; 0: nobody planned it."""

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        if isinstance(event, RosterPublished):
            return tuple(dict.fromkeys(event.people))
        person = getattr(event, "person", "")
        return (person,) if person else ()

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        facts = msgspec.structs.replace(self, seen_at=max(self.seen_at, at))
        if isinstance(event, Punch):
            facts = facts._punched(event, at, directory)
        elif isinstance(event, Fix):
            facts = facts._placed(event, at, directory)
        elif isinstance(event, RosterPublished):
            planned = Planned(float(event.start), float(event.end), event.site)
            facts = facts._planning({**self.planned, event.shift: planned})
        elif isinstance(event, LeaveNotice):
            kept = {shift: plan for shift, plan in self.planned.items() if shift != event.shift}
            facts = facts._planning(kept)
        elif not isinstance(event, Activity) or _is_life(event):
            facts = facts._heard(at)
        return facts._missed(at, directory)

    @property
    def on_duty(self) -> Mark | None:
        """The check-in that no check-out followed."""
        return self.punches[-1] if self.punches and self.punches[-1].is_in else None

    @property
    def duty_over_at(self) -> Seconds:
        """Return when the duty is over, checked out or not; who went home is watched no more."""
        if self.on_duty is None:
            return 0.0
        return self.duty_end or self.on_duty.at + _LONGEST_DUTY

    @property
    def is_heard_of(self) -> bool:
        """Whether silence means anything: some sites have no phones that tell of life."""
        return self.heard >= _ENOUGH_HEARD

    def working_since(self, most_break: Seconds) -> Seconds | None:
        """Return when the person began to work without a longer break; None when off duty."""
        if self.on_duty is None:
            return None
        since = self.on_duty.at
        pairs = zip(self.punches[-2:0:-2], self.punches[-3::-2], strict=False)
        for out, came in pairs:
            if out.is_in or not came.is_in or since - out.at > most_break:
                break
            since = came.at
        return since

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        return at >= self.seen_at + KEPT

    def over_due(self, directory: Directory) -> Seconds | None:
        return self.seen_at + KEPT

    def _punched(self, punch: Punch, at: Seconds, directory: Directory) -> Self:
        mark = Mark(at, punch.kind in ("check_in", "break_end"), punch.site, punch.shift)
        if mark in self.punches:
            return self
        is_latest = not self.punches or at >= self.punches[-1].at
        punches = tuple(sorted((*self.punches, mark), key=_at))[-_MOST_PUNCHES:]
        facts = msgspec.structs.replace(self, punches=punches)
        if is_latest:
            facts = facts._on_or_off(punch, at, directory)
        if (
            punch.confidence is not None
            or punch.liveness is not None
            or punch.method == "biometric"
        ):
            check = Check(at, punch.confidence, punch.liveness)
            checks = tuple(sorted((*self.checks, check), key=_at))[-_MOST_CHECKS:]
            facts = msgspec.structs.replace(facts, checks=checks)
        return facts._arrived(punch, at, directory) if punch.kind == "check_in" else facts

    def _on_or_off(self, punch: Punch, at: Seconds, directory: Directory) -> Self:
        """Begin or end a duty, in which the fence is that of the site."""
        came = self.punches[-2] if len(self.punches) > 1 else None
        plan = self.planned.get(self._shift_of(punch, at))
        is_in, is_break = self.punches[-1].is_in, punch.kind.startswith("break")
        outside = fenced(punch, punch.site, None, directory) if is_in else None
        duty, end = self.duty_s, self.duty_end if is_break else 0.0
        if plan is not None and punch.kind == "check_in":
            end = plan.end
        if not is_in:
            duty += min(at - came.at, DAY) if came is not None and came.is_in else 0.0
        facts = msgspec.structs.replace(
            self, outside=outside, duty_s=duty, duty_end=end, heard_at=at
        )
        if duty > _FADES:
            facts = msgspec.structs.replace(facts, duty_s=duty / 2, heard=facts.heard / 2)
        return facts._measured(punch, at, directory)

    def _arrived(self, punch: Punch, at: Seconds, directory: Directory) -> Self:
        if any(0.0 < abs(at - one.at) < _AGAIN for one in self.arrivals):
            return self
        shift = self._shift_of(punch, at)
        plan = self.planned.get(shift)
        hour = local_time(at, punch.site, directory).hour
        arrival = Arrival(at, hour, at - plan.start if plan else None)
        kept = {name: plan for name, plan in self.planned.items() if name != shift}
        return self._noting(arrival)._planning(kept)

    def _shift_of(self, punch: Punch, at: Seconds) -> str:
        """Return the planned shift that a punch is for, also where it does not say."""
        if punch.shift:
            return punch.shift
        near = {
            abs(at - plan.start): shift
            for shift, plan in self.planned.items()
            if plan.site == punch.site and abs(at - plan.start) <= _NEAR_SHIFT
        }
        return near[min(near)] if near else ""

    def _missed(self, at: Seconds, directory: Directory) -> Self:
        """Note planned shifts that ended without the person."""
        gone = {shift: plan for shift, plan in self.planned.items() if plan.end < at}
        facts = self
        for plan in gone.values():
            hour = local_time(plan.start, plan.site, directory).hour
            came = any(plan.start <= mark.at <= plan.end for mark in self.punches)
            if not came and not directory.is_on_leave(self.code, plan.start):
                facts = facts._noting(Arrival(plan.start, hour, None, is_absent=True))
        if not gone:
            return facts
        kept = {shift: plan for shift, plan in self.planned.items() if shift not in gone}
        return facts._planning(kept)

    def _planning(self, planned: dict[str, Planned]) -> Self:
        latest = sorted(planned.items(), key=lambda item: item[1].start)[-_MOST_PLANNED:]
        return msgspec.structs.replace(self, planned=dict(latest))

    def _noting(self, arrival: Arrival) -> Self:
        arrivals = tuple(sorted((*self.arrivals, arrival), key=_at))[-_MOST_ARRIVALS:]
        return msgspec.structs.replace(self, arrivals=arrivals, odd=unusual(arrivals))

    def _placed(self, fix: Fix, at: Seconds, directory: Directory) -> Self:
        before = self.places.get(fix.device)
        if before is not None and at <= before.at:
            return self
        facts, duty = self._measured(fix, at, directory), self.on_duty
        if duty is not None:
            outside = fenced(fix, duty.site, self.outside, directory)
            facts = msgspec.structs.replace(facts, outside=outside)
        place = facts.places[fix.device]
        moved = before is not None and apart_m(before.sighting, place.sighting) > MOVED_M
        return facts._heard(at) if moved else facts

    def _measured(self, event: Fix | Punch, at: Seconds, directory: Directory) -> Self:
        """Keep the position that an event tells, by the device that told it."""
        position = position_of(event)
        if position is None:
            return self
        accuracy = accuracy_of(event)
        place = next_place(self.places.get(event.device), at, position, accuracy)
        places = {**self.places, event.device: place}
        if len(places) > _MOST_DEVICES:
            places.pop(min(places, key=lambda device: places[device].at))
        site = event.site or (self.on_duty.site if self.on_duty else "")
        is_poor = accuracy > directory.limit(LOW_ACCURACY.name, site)
        poor = self.poor_fixes + 1 if is_poor else 0
        return msgspec.structs.replace(self, places=places, accuracy_m=accuracy, poor_fixes=poor)

    def _heard(self, at: Seconds) -> Self:
        """Note a sign of life on duty; those of a bunch count as one."""
        if self.on_duty is None or at < self.on_duty.at:
            return self
        heard = self.heard + (1.0 if at - self.heard_at >= BUNCH else 0.0)
        return msgspec.structs.replace(self, heard=heard, heard_at=max(self.heard_at, at))


def _is_life(event: Activity) -> bool:
    return event.amount > (MOVED_M if event.kind == "movement" else 0.0)


def _at(one: Mark | Check | Arrival) -> Seconds:
    return one.at
