"""The rules watch months of the demo's company, which knows what really happens in it.

A case is found by an alert of its type about its person, shift, ticket, tour, device or site, at
its time. An alert is right if it is of a case, or of somebody who cheats or fails just then. What
the company itself lacks is staged in it. Devices are watched in a company in which much fails.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random

import msgspec

from watchfloor.aiops.calendars.business import Calendar
from watchfloor.aiops.operation import stored
from watchfloor.aiops.operation.directory import DeviceRef, Directory, PersonRef, SiteRef
from watchfloor.aiops.operation.engine import Timed, Transition
from watchfloor.aiops.operation.events import ArmingState
from watchfloor.aiops.operation.facts import site_areas
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import KINDS, LIMITS, RULES
from watchfloor.aiops.operation.rules.own_life_safety import OwnLifeSafety
from watchfloor.aiops.types import LIFE_SAFETY_TYPES, Seconds
from watchfloor.bench.results import Row
from watchfloor.bench.sensing import staging
from watchfloor.bench.sensing.cases import (
    Case,
    of_break_ins,
    of_dead_phones,
    of_devices,
    of_slow_tickets,
    of_work,
)
from watchfloor.bench.sensing.part import Part, Tell
from watchfloor.bench.sensing.replay import replay
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.running import run_company
from watchfloor.demo.company.seasons import DAY, HOUR, MINUTE
from watchfloor.demo.company.spans import Span
from watchfloor.demo.company.work.arming import AREA, CLOSES, OPENS
from watchfloor.demo.world import ZONE, World, make_world

SEEDS = (21, 22, 23)
SITES, DAYS = 8, 80
FAILING_SITES, FAILING_DAYS, FAILING_PACE = 3, 28, 8.0
BEAT: Seconds = 15 * MINUTE
BEGINS: Seconds = 1_773_014_400.0
"""Monday 9 March 2026: the clocks change on the third Sunday."""
LEAST, AIM = (0.9, 0.8), (0.95, 0.9)
"""Recall and precision."""
CHEATS = ("BUDDY_PUNCHING", "GPS_SPOOFING", "IMPOSSIBLE_SHIFTS", "WRONG_PERSON_AT_SITE")
ARMING = ("EARLY_OPEN", "LATE_TO_CLOSE", "NOT_ARMED")
"""What is closed late is not armed either, and so on."""
PEOPLE_END = LIFE_SAFETY_TYPES | {
    OwnLifeSafety.code, "BUDDY_PUNCHING", "DEVICE_SPOOF", "GPS_SPOOFING", "IMPOSSIBLE_SHIFTS",
    "SCHEDULE_MISMATCH", "SECURITY_ANOMALY", "TOUR_INCOMPLETE", "UNAUTHORIZED_SITE_ACCESS",
    "WRONG_PERSON_AT_SITE",
}  # fmt: skip
"""Alerts of these types end by hand only; all others when what they tell of is over."""
SETTLED: Seconds = 6 * HOUR
"""After the end of a case its alert must have ended too."""
DEVICES = frozenset({"site_devices"})


@dataclass(frozen=True, slots=True)
class Life:
    """An alert: each time that it was told, the first when it was raised, and whether it ended."""

    told: Sequence[Transition]
    has_ended: bool

    @property
    def code(self) -> str:
        return self.told[0].code

    def is_of(self, case: Case) -> bool:
        return any(map(case.has, self.told))


@dataclass(frozen=True, slots=True)
class Watched:
    cases: Sequence[Case]
    alerts: Sequence[Life]
    until: Seconds

    def of(self, code: str) -> list[Life]:
        return [alert for alert in self.alerts if alert.code == code]

    def found(self, code: str) -> list[int]:
        """Return by how many alerts each case that is due was found."""
        told = self.of(code)
        due = [case for case in self.cases if case.code == code and case.is_due]
        return [sum(alert.is_of(case) for alert in told) for case in due]

    def right(self, code: str) -> list[bool]:
        alike = {code, *CHEATS, *staging.KINDS, *(ARMING if code in ARMING else ())}
        fitting = [case for case in self.cases if case.code in alike]
        return [any(map(alert.is_of, fitting)) for alert in self.of(code)]

    def ended(self, code: str) -> list[bool]:
        """Return of each alert whose case is long over whether it has ended."""
        over = [c for c in self.cases if c.code == code and c.until + SETTLED < self.until]
        return [alert.has_ended for alert in self.of(code) if any(map(alert.is_of, over))]


def measure(_data: Path, tell: Tell) -> Part:
    watched = []
    for seed in SEEDS:
        watched += [watch(seed), watch_devices(seed)]
        cases, alerts = (sum(map(len, some)) for some in zip(
            *((one.cases, one.alerts) for one in watched[-2:]), strict=True
        ))  # fmt: skip
        tell(f"seed {seed}: {cases} cases, {alerts} alerts")
    return Part("each type in a company that knows its truth", list(_rows(watched)), [
        f"{len(SEEDS)} runs of {DAYS} days at {SITES} sites, and of {FAILING_DAYS} days at"
        f" {FAILING_SITES} sites whose devices beat every {BEAT / MINUTE:.0f} minutes and in which"
        f" {FAILING_PACE:g} times as much fails as in life. Recall of cases and precision of"
        " alerts; how many alerts a case that was found has; and which share of the alerts that"
        " end by themselves had ended 6 hours after their case.",
        "A break-in counts where its area was armed, a sleep from two and a half hours on, a"
        " silence or a lag from two beats on. Who cannot be heard as the phone is dead is told of"
        " rightly, asleep or not.",
    ])  # fmt: skip


def watch(seed: int, sites: int = SITES, days: int = DAYS, *, is_staged: bool = True) -> Watched:
    """Let the rules watch people, tickets, tours and areas, with nobody at the company's desk."""
    world, until = make_world(seed, sites=sites), BEGINS + days * DAY
    company = run_company(world, seed, BEGINS, period=2 * days * DAY, desks=0)
    events = list(_events(company, until))
    cases = [
        *of_work(company.truth), *of_break_ins(company.truth, _armed(events, until)),
        *of_slow_tickets(events), *of_dead_phones(company.truth, events),
    ]  # fmt: skip
    if is_staged:
        stage = staging.Stage(world, events, Random(seed))  # noqa: S311
        known = set(chain.from_iterable(case.names for case in cases))
        cases += [*staging.put_people(stage, known), *staging.put_tickets(stage),
                  *staging.put_calls(stage)]  # fmt: skip
        events = stage.heard()
    return _judged(cases, events, until, directory_of(world), set(KINDS) - DEVICES)


def watch_devices(seed: int) -> Watched:
    """Let the rules hear the beats of devices."""
    world, until = make_world(seed, sites=FAILING_SITES), BEGINS + FAILING_DAYS * DAY
    company = run_company(world, seed, BEGINS, period=BEAT, desks=0, pace=FAILING_PACE)
    events = list(_events(company, until, streams={"heartbeats"}))
    stage = staging.Stage(world, events, Random(seed))  # noqa: S311
    cases = [*of_devices(company.truth, BEAT), *staging.put_clones(stage)]
    return _judged(cases, stage.heard(), until, directory_of(world), DEVICES)


def _judged(
    cases: Iterable[Case], events: Sequence[Timed], until: Seconds, directory: Directory,
    kinds: Iterable[str],
) -> Watched:  # fmt: skip
    told = (one for name in sorted(kinds) for one in replay(KINDS[name], events, until, directory))
    watched = until - 3 * HOUR
    return Watched(
        [case for case in cases if case.since < watched],
        [alert for alert in _lives(told) if alert.told[0].at < watched],
        until,
    )


def _lives(transitions: Iterable[Transition]) -> list[Life]:
    told: defaultdict[tuple[str, str, str, Seconds], list[Transition]] = defaultdict(list)
    ended = set()
    for one in transitions:
        life = one.code, one.subject, one.standing.key, one.raised_at
        if one.is_firing:
            told[life].append(one)
        else:
            ended.add(life)
    return [Life(some, life in ended) for life, some in told.items()]


def directory_of(world: World) -> Directory:
    """Return the company's registers."""
    open_hours = Calendar(f"Mon-Fri {OPENS:02}:00-{CLOSES:02}:00", ZONE)
    return Directory(
        limits=Limits({name: limit.default for name, limit in LIMITS.items()}),
        sites={s.code: SiteRef(s.client, ZONE, (s.latitude, s.longitude)) for s in world.sites},
        devices={d.code: DeviceRef(d.site, d.kind, d.parent or "") for d in world.devices},
        people={g.code: PersonRef(g.home_site, frozenset({g.home_site})) for g in world.guards},
        own_life_safety=frozenset({staging.OWN_KIND}),
        extras={site_areas.EXTRA: {(site.code, AREA): open_hours for site in world.sites}},
    )


def _events(
    company: Company, until: Seconds, streams: Iterable[str] | None = None
) -> Iterator[Timed]:
    for told in company.advance(until):
        if told.stream != "alerts" and (streams is None or told.stream in streams):
            event = stored.read(told.stream, msgspec.json.encode(told.body))
            yield Timed(float(event.ts), event)


def _armed(events: Iterable[Timed], until: Seconds) -> dict[str, list[Span]]:
    """Return by site when it was armed."""
    since: dict[str, Seconds] = {}
    armed: dict[str, list[Span]] = {}
    for at, event in events:
        if isinstance(event, ArmingState):
            spans = armed.setdefault(event.site, [])
            if event.state == "armed":
                since.setdefault(event.site, at)
            elif event.site in since:
                spans.append(Span(since.pop(event.site), at))
    for site, begun in since.items():
        armed[site].append(Span(begun, until))
    return armed


def _rows(watched: Sequence[Watched]) -> Iterator[Row]:
    for code in sorted({rule.code for rule in RULES}):
        found = [alerts for one in watched for alerts in one.found(code)]
        right = [is_right for one in watched for is_right in one.right(code)]
        ended = [has_ended for one in watched for has_ended in one.ended(code)]
        hits = [alerts for alerts in found if alerts]
        recall, precision = len(hits) / max(len(found), 1), sum(right) / max(len(right), 1)
        said = f"{recall:.3f} of {len(found)}, {precision:.3f} of {len(right)}"
        said += f"; {sum(hits) / max(len(hits), 1):.2f} alerts a case"
        if code not in PEOPLE_END:
            said += f"; {sum(ended) / max(len(ended), 1):.3f} ended"
        yield Row(
            code, said, f"{LEAST[0]:g}, {LEAST[1]:g}", f"{AIM[0]:g}, {AIM[1]:g}",
            recall >= LEAST[0] and precision >= LEAST[1],
        )  # fmt: skip
