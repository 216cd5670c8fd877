"""Planted fraud and failings among honest guarding: what is told of them, and of honest people.

An alert of a person at the time of that person's own case is right, any other is wrong; alerts of
one type count once for a case. A case is found only by the alert that is to tell of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfloor.aiops.fraud.score import Given, score
from watchfloor.aiops.operation.directory import Directory, PersonRef, SiteRef
from watchfloor.aiops.operation.engine import Transition
from watchfloor.aiops.operation.facts.face import FaceFacts
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.operation.facts.terminal import TerminalFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import LIMITS
from watchfloor.bench.results import Row
from watchfloor.bench.sensing.guarding import HOUR, MINUTE, SITES, Company
from watchfloor.bench.sensing.part import Part, Tell
from watchfloor.bench.sensing.planting import EACH, PLANTS, Case, plant
from watchfloor.bench.sensing.replay import replay
from watchfloor.bench.sensing.runs import Run, runs

SEEDS = (8201, 8202, 8203)
"""Of companies that nobody looked at while limits were set; those were set by 1, 2 and 3."""
LEAST = (0.9, 0.8)
AIM = (0.95, 0.9)
"""Recall at precision."""
_SUBJECTS = (PersonFacts, TerminalFacts, FaceFacts)
_EARLY = 10 * MINUTE
_OWN = frozenset(code for code, _, _ in PLANTS.values())


@dataclass(frozen=True)
class Told:
    """What the rules told of a company, and what had been planted."""

    cases: list[Case]
    alerts: list[Transition]
    """Each once, when it was raised."""

    def judged(self, code: str = "") -> list[bool]:
        """Return whether each alert is right, of one type or of all."""
        told = [(one.code, self.case_of(one)) for one in self.alerts if code in {"", one.code}]
        right = {(name, case) for name, case in told if case is not None}
        return [True] * len(right) + [False] * sum(case is None for _, case in told)

    def case_of(self, alert: Transition) -> Case | None:
        person = alert.standing.person
        return next((one for one in self.cases if _is_of(one, person, alert.at)), None)

    def found(self) -> list[bool]:
        return [
            any(
                one.code == case.code and _is_of(case, one.standing.person, one.at)
                for one in self.alerts
            )
            for case in self.cases
        ]


def measure(data: Path, tell: Tell) -> Part:
    told = []
    for seed in SEEDS:
        told.append(watch(seed))
        right = sum(told[-1].found())
        tell(f"seed {seed}: {right} of {len(told[-1].cases)} found, {len(told[-1].alerts)} alerts")
    return Part(
        "planted fraud and failings of people on duty",
        [*_rows(told), *_each(told), *map(_recorded, runs(data))],
        ["Nobody had looked at these companies while limits were set: other seeds served for that.",
         "The recorded months hold attendance frauds too; their streams show nothing of them:"
         " who commits one checks in as everybody does. So every alert of them is a false one."],
    )  # fmt: skip


def watch(seed: int, sites: int = SITES, each: int = EACH) -> Told:
    """Let the rules watch a made company from its first day to its last."""
    company = Company(seed, sites)
    cases = plant(company, seed, each)
    events, directory = company.events(), company.directory()
    heard = [
        one
        for kind in _SUBJECTS
        for one in replay(kind, events, company.until, directory)
        if one.code in _OWN
    ]
    first: dict[tuple[str, str, float], Transition] = {}
    for one in heard:
        if one.is_firing:
            first.setdefault(_life(one), one)
    return Told(cases, list(first.values()))


def _recorded(run: Run) -> Row:
    """Return how often people are told of in a recorded month of attendance and rosters."""
    world = run.world()
    directory = Directory(
        Limits.of(LIMITS.values()),
        sites={one["id"]: SiteRef(position=(one["lat"], one["lon"])) for one in world["sites"]},
        people={one["id"]: PersonRef(one["home"]) for one in world["people"]},
    )
    events = sorted((*run.events("roster"), *run.events("attendance")), key=lambda one: one.at)
    told = [
        one
        for kind in _SUBJECTS
        for one in replay(kind, events, events[-1].at, directory)
        if one.is_firing
    ]
    what = f"{run.name}: alerts of {len(directory.people)} people, of {len(events):,} events"
    return Row(what, str(len(told)), "", "0")


def _life(one: Transition) -> tuple[str, str, float]:
    return f"{one.code}|{one.standing.key}", one.subject, one.raised_at


def _is_of(case: Case, person: str, at: float) -> bool:
    return person == case.person and case.since - _EARLY <= at <= case.until + HOUR


def _rows(told: Sequence[Told]) -> Iterator[Row]:
    found = [hit for one in told for hit in one.found()]
    right = [is_right for one in told for is_right in one.judged()]
    recall, precision = sum(found) / len(found), sum(right) / max(len(right), 1)
    yield Row(
        "planted cases found, at precision",
        f"{recall:.3f} of {len(found)}, at {precision:.3f}",
        f"{LEAST[0]:g} at {LEAST[1]:g}", f"{AIM[0]:g} at {AIM[1]:g}",
        recall >= LEAST[0] and precision >= LEAST[1],
    )  # fmt: skip
    yield _cases_row(told)
    surely, really = _calibration(told)
    yield Row(
        "mean confidence of suspicions, and the share of them that was right",
        f"{surely:.3f}, {really:.3f}", "no surer than right", "", really >= surely,
    )  # fmt: skip


def _cases_row(told: Sequence[Told]) -> Row:
    """Of the people whom a score of a half or more puts up for review, how many are right."""
    right = all_of = 0
    for one in told:
        suspicions: dict[str, list[Given]] = defaultdict(list)
        for alert in one.alerts:
            evidence = alert.standing.evidence
            if "detector" in evidence:
                suspicion = Given(
                    str(alert.at), evidence["detector"], alert.at, evidence["confidence"]
                )
                suspicions[alert.standing.person].append(suspicion)
        opened = {
            person
            for person, given in suspicions.items()
            if any(score(given, suspicion.at).opens_case for suspicion in given)
        }
        guilty = {case.person for case in one.cases}
        right, all_of = right + len(opened & guilty), all_of + len(opened)
    return Row("people put up for review by their score, rightly", f"{right} of {all_of}")


def _calibration(told: Sequence[Told]) -> tuple[float, float]:
    suspicions = [
        (alert.standing.evidence["confidence"], one.case_of(alert) is not None)
        for one in told
        for alert in one.alerts
        if "confidence" in alert.standing.evidence
    ]
    many = max(len(suspicions), 1)
    return sum(sure for sure, _ in suspicions) / many, sum(right for _, right in suspicions) / many


def _each(told: Sequence[Told]) -> Iterator[Row]:
    """For each alert type: what it found of its own cases, and of whom it told wrongly."""
    for code in sorted(_OWN):
        hits = [
            hit
            for one in told
            for case, hit in zip(one.cases, one.found(), strict=True)
            if case.code == code
        ]
        right = [is_right for one in told for is_right in one.judged(code)]
        found = f"{sum(hits)} of {len(hits)} found"
        yield Row(code, f"{found}, {sum(right)} of {len(right)} alerts right")
