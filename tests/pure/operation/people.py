"""A made floor for the rules about people: two sites of a town, one far away, a few guards."""

from __future__ import annotations

from collections.abc import Sequence

from watchfloor.aiops.operation.directory import Directory, PersonRef, SiteRef
from watchfloor.aiops.operation.engine import Engine, Timed, Transition
from watchfloor.aiops.operation.events import (
    Activity,
    Event,
    Fix,
    Moment,
    Punch,
    RosterPublished,
)
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import LIMITS, RULES

START = 1_767_592_800.0
"""06:00 UTC on a Monday."""
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
ALPHA, BETA, FAR = (51.5, -0.12), (51.6, -0.12), (53.5, -2.2)
DIRECTORY = Directory(
    Limits.of(LIMITS.values()),
    sites={
        "alpha": SiteRef(position=ALPHA),
        "beta": SiteRef(position=BETA),
        "far": SiteRef(position=FAR),
        "nowhere": SiteRef(),
    },
    people={
        "anna": PersonRef(home_site="alpha", sites=frozenset({"beta"})),
        "ben": PersonRef(home_site="alpha"),
        "cleo": PersonRef(device="phone-cleo"),
    },
)


def at(minutes: float) -> Moment:
    return Moment(START + minutes * MINUTE)


def punch(minutes: float, kind: str = "check_in", person: str = "ben", **more: object) -> Punch:
    return Punch(ts=at(minutes), kind=kind, person=person, **{"site": "alpha", **more})


def fix(minutes: float, position: tuple[float, float] = ALPHA, **more: object) -> Fix:
    lat, lon = position
    told = {"person": "ben", "device": "phone", "accuracy": 10.0, **more}
    return Fix(ts=at(minutes), lat=lat, lon=lon, **told)


def used(minutes: float, person: str = "ben") -> Activity:
    return Activity(ts=at(minutes), kind="phone", person=person)


def planned(day: int, person: str = "ben") -> RosterPublished:
    start = at(day * 1440)
    return RosterPublished(
        ts=at(day * 1440 - 600), shift=f"S{day}", site="alpha", start=start,
        end=Moment(start + 8 * HOUR), required=1, people=[person],
    )  # fmt: skip


def timed(events: Sequence[Event]) -> list[Timed]:
    return [Timed(float(event.ts), event) for event in events]


def hear(facts: Facts, events: Sequence[Event], until: float = 0.0) -> list[Transition]:
    """Return what all rules tell of a subject by so many minutes after the start."""
    heard = timed(events)
    last = max([START + until * MINUTE, *(one.at for one in heard)])
    return Engine(RULES).advance(facts, heard, last, DIRECTORY).transitions


def told(transitions: Sequence[Transition]) -> list[tuple[float, str, bool]]:
    """Minutes after the start, type, whether it begins."""
    return [((one.at - START) / MINUTE, one.code, one.is_firing) for one in transitions]
