"""The rules watch months of the demo's company, which knows what really happens in it.

A case is found by an alert of its type about its person, shift, ticket, tour or site, at its time.
An alert is right if it is of a case, or of somebody who cheats just then. Devices are measured on
recorded beats instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from watchfloor.aiops.calendars.business import Calendar
from watchfloor.aiops.operation import stored
from watchfloor.aiops.operation.directory import Directory, PersonRef, SiteRef
from watchfloor.aiops.operation.engine import Timed, Transition
from watchfloor.aiops.operation.facts import site_areas
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import KINDS, LIMITS
from watchfloor.aiops.types import Seconds
from watchfloor.bench.results import Row
from watchfloor.bench.sensing.part import Part, Tell
from watchfloor.bench.sensing.replay import replay
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.running import run_company
from watchfloor.demo.company.seasons import DAY, HOUR, MINUTE
from watchfloor.demo.company.truth import Truth
from watchfloor.demo.company.work.arming import AREA, CLOSES, OPENS
from watchfloor.demo.world import ZONE, World, make_world

SEEDS = (1, 2, 3)
SITES, DAYS = 12, 28
BEGINS: Seconds = 1_773_014_400.0
"""Monday 9 March 2026: the clocks change on the third Sunday."""
LEAST, AIM = (0.9, 0.8), (0.95, 0.9)
"""Recall and precision."""
DEEP: Seconds = 150 * MINUTE
"""Who sleeps for less need not be told of."""
LEFT_OPEN: Seconds = 80 * MINUTE
"""What is armed sooner was closed late."""
CHEATS = ("BUDDY_PUNCHING", "GPS_SPOOFING", "IMPOSSIBLE_SHIFTS", "WRONG_PERSON_AT_SITE")
ARMING = ("EARLY_OPEN", "LATE_TO_CLOSE", "NOT_ARMED")
"""What is closed late is not armed either, and so on."""
EARLY, LATE = 10 * MINUTE, HOUR
WATCHED = frozenset({"person", "shift", "site_areas", "terminal", "ticket", "tour", "work_order"})


@dataclass(frozen=True, slots=True)
class Case:
    code: str
    names: frozenset[str]
    since: Seconds
    until: Seconds
    is_due: bool = True
    """Whether it must be told."""

    def has(self, alert: Transition) -> bool:
        standing = alert.standing
        about = {alert.subject, standing.entity_id, standing.person}
        return bool(self.names & about) and self.since - EARLY <= alert.at <= self.until + LATE


@dataclass(frozen=True, slots=True)
class Watched:
    cases: Sequence[Case]
    alerts: Sequence[Transition]
    """Each once, when it was raised."""

    def found(self, code: str) -> list[bool]:
        told = [alert for alert in self.alerts if alert.code == code]
        return [
            any(map(case.has, told)) for case in self.cases if case.code == code and case.is_due
        ]

    def right(self, code: str) -> list[bool]:
        told = [alert for alert in self.alerts if alert.code == code]
        alike = {code, *CHEATS, *(ARMING if code in ARMING else ())}
        fitting = [case for case in self.cases if case.code in alike]
        return [any(case.has(alert) for case in fitting) for alert in told]


def measure(_data: Path, tell: Tell) -> Part:
    watched = []
    for seed in SEEDS:
        watched.append(watch(seed))
        tell(f"seed {seed}: {len(watched[-1].cases)} cases, {len(watched[-1].alerts)} alerts")
    return Part(
        "each type in a company that knows its truth",
        list(_rows(watched)),
        [f"{len(SEEDS)} runs of {DAYS} days, {SITES} sites each; recall of cases and precision of"
         " alerts, together."],
    )  # fmt: skip


def watch(seed: int, sites: int = SITES, days: int = DAYS) -> Watched:
    world, until = make_world(seed, sites=sites), BEGINS + days * DAY
    company = run_company(world, seed, BEGINS, period=2 * days * DAY)
    events = list(_events(company, until))
    directory = directory_of(world)
    first: dict[tuple[str, str, str, Seconds], Transition] = {}
    for name in sorted(WATCHED & set(KINDS)):
        for one in replay(KINDS[name], events, until, directory):
            if one.is_firing:
                life = one.code, one.subject, one.standing.key, one.raised_at
                first.setdefault(life, one)
    watched = until - 3 * HOUR
    return Watched(
        [case for case in _cases(company.truth) if case.since < watched],
        [alert for alert in first.values() if alert.at < watched],
    )


def directory_of(world: World) -> Directory:
    """Return the company's registers."""
    open_hours = Calendar(f"Mon-Fri {OPENS:02}:00-{CLOSES:02}:00", ZONE)
    return Directory(
        limits=Limits({name: limit.default for name, limit in LIMITS.items()}),
        sites={s.code: SiteRef(s.client, ZONE, (s.latitude, s.longitude)) for s in world.sites},
        people={g.code: PersonRef(g.home_site, frozenset({g.home_site})) for g in world.guards},
        extras={site_areas.EXTRA: {(site.code, AREA): open_hours for site in world.sites}},
    )


def _events(company: Company, until: Seconds) -> Iterator[Timed]:
    for told in company.advance(until):
        if told.stream != "alerts":
            event = stored.read(told.stream, msgspec.json.encode(told.body))
            yield Timed(float(event.ts), event)


def _cases(truth: Truth) -> Iterator[Case]:
    for gap in truth.gaps:
        yield _case("ATTENDANCE_MISSING", gap["start"], gap["end"], gap["shift"])
    for row in truth.breaches:
        yield _case("SLA_BREACH", row["ts"], row["ts"], row["ticket"])
    for row in truth.overdue:
        yield _case("WORK_ORDER_OVERDUE", row["ts"], row["ts"], row["work_order"])
    for row in truth.tours:
        yield _case(row["kind"], row["ts"], row["ts"], row["tour"])
    for row in truth.arming:
        case = _case(row["kind"], row["ts"], row["ts"] + 3 * HOUR, row["site"])
        is_long = row["end"] - row["ts"] > LEFT_OPEN
        yield replace(case, is_due=is_long or row["kind"] != "NOT_ARMED")
    for row in truth.frauds:
        yield _case(row["kind"], row["ts"], row["end"], row["person"], row["by"] or "")
    yield from _of_the_watch(truth)


def _of_the_watch(truth: Truth) -> Iterator[Case]:
    for row in truth.strolls:
        yield _case("GEOFENCE_BREACH", row["start"], row["end"], row["person"])
    for one in truth.incidents:
        if one.kind == "ASLEEP":
            slept = _case("GUARD_INACTIVITY", one.start, one.ends_at, one.person or "")
            yield replace(slept, is_due=one.ends_at - one.start > DEEP)


def _case(code: str, since: Seconds, until: Seconds, *names: str) -> Case:
    return Case(code, frozenset(filter(None, names)), since, until)


def _rows(watched: Sequence[Watched]) -> Iterator[Row]:
    for code in sorted({case.code for one in watched for case in one.cases}):
        found = [hit for one in watched for hit in one.found(code)]
        right = [is_right for one in watched for is_right in one.right(code)]
        recall, precision = sum(found) / len(found), sum(right) / max(len(right), 1)
        yield Row(
            code,
            f"{recall:.3f} of {len(found)}, {precision:.3f} of {len(right)}",
            f"{LEAST[0]:g}, {LEAST[1]:g}", f"{AIM[0]:g}, {AIM[1]:g}",
            recall >= LEAST[0] and precision >= LEAST[1],
        )  # fmt: skip
