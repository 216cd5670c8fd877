"""A noisy estate with attacks inside: machines that always talk, and somebody who breaks in.

Each machine has its own voice: types of its own, steady, daily, in office hours or in fits. An
attack goes in steps over some machines, each step with its own signs, minutes to hours apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from watchfloor.aiops.types import Seconds, Severity
from watchfloor.bench.grouping.company import word, words
from watchfloor.bench.grouping.labelled import (
    BEGIN,
    DAY,
    HOUR,
    MINUTE,
    NOISE,
    UNCLEAR,
    Cause,
    Labelled,
    Subject,
    Teller,
    poisson,
)

DAYS = 5
HABITS = ("steady", "steady", "office", "daily", "fits", "rare", "rare")


@dataclass(frozen=True, slots=True)
class _Voice:
    """One machine saying one thing."""

    machine: Subject
    alert_type: str
    habit: str
    every: Seconds


def estate(seed: int = 1, *, days: int = DAYS, begin: Seconds = BEGIN) -> Labelled:
    """Return the days of one estate. The same seed makes the same days."""
    rng = Random(f"estate/{seed}")  # noqa: S311 - no secret is made of it
    tell = Teller(rng, f"estate-{seed}", late=0.0)
    site = word(rng, 3)
    machines = [Subject(name, site, kind="host") for name in words(rng, rng.randint(11, 19))]
    types = [name.upper() for name in words(rng, 45)]
    end = begin + days * DAY
    reached = machines[: len(machines) * 3 // 5]
    struck = [
        span
        for number in range(3)
        for span in _campaign(tell, reached, types, begin + (1.6 + number * 1.1) * DAY, number)
    ]
    for voice in _voices(rng, machines, types):
        for at in _times(rng, voice, begin, end):
            is_amid = any(m == voice.machine and a <= at <= b for m, a, b in struck)
            tell.say(at, voice.machine, voice.alert_type, UNCLEAR if is_amid else NOISE,
                     severity=Severity.LOW)  # fmt: skip
    return Labelled(f"estate {seed}", tell.told())


def _voices(rng: Random, machines: Sequence[Subject], types: Sequence[str]) -> Iterator[_Voice]:
    for machine in machines:
        for alert_type in rng.sample(types, rng.randint(3, 9)):
            habit = rng.choice(HABITS)
            yield _Voice(machine, alert_type, habit, _pace(rng, habit))


def _pace(rng: Random, habit: str) -> Seconds:
    slowest = {"steady": 1.5, "office": 2, "daily": 0.1, "fits": 14, "rare": 90}[habit]
    return HOUR * slowest * rng.uniform(0.05, 1.0)


def _times(rng: Random, voice: _Voice, begin: Seconds, end: Seconds) -> Iterator[Seconds]:
    if voice.habit == "daily":
        hour = rng.uniform(0, 23) * HOUR
        for midnight in _midnights(begin, end):
            for _ in range(rng.randint(1, 6)):
                yield midnight + hour + rng.uniform(0, 20 * MINUTE)
        return
    for at in poisson(rng, begin, end, voice.every):
        if voice.habit == "office" and not 8 <= (at - BEGIN) % DAY / HOUR <= 18:
            continue
        yield at
        if voice.habit == "fits":
            later = at
            for _ in range(rng.randint(2, 14)):
                later += rng.expovariate(1 / 8)
                yield later


def _midnights(begin: Seconds, end: Seconds) -> Iterator[Seconds]:
    while begin < end:
        yield begin
        begin += DAY


def _campaign(
    tell: Teller, machines: Sequence[Subject], types: Sequence[str], at: Seconds, number: int
) -> Iterator[tuple[Subject, Seconds, Seconds]]:
    """Tell an attack; yields machine, begin and end of the time in which nothing there is clear."""
    rng, name = tell.rng, f"attack-{number}"
    at += rng.uniform(0, 14) * HOUR
    for step in range(rng.randint(3, 6)):
        lasts = rng.choice((0.5, 2, 6, 20)) * MINUTE * rng.uniform(0.6, 1.6)
        struck = rng.sample(machines, rng.choice((1, 1, 2, 3)))
        cause = Cause(f"{name}/{step}", name)
        signs = [f"{word(rng).upper()}" for _ in range(rng.randint(1, 5))]
        signs += rng.sample(types, rng.randint(0, 3))
        for machine in struck:
            _signs(tell, machine, signs, at, lasts, cause)
            yield machine, at - 5 * MINUTE, at + lasts + 15 * MINUTE
        at += lasts + rng.uniform(1, 50) * MINUTE


def _signs(
    tell: Teller, machine: Subject, signs: Sequence[str], at: Seconds, lasts: Seconds, cause: Cause
) -> None:
    for sign in signs:
        for _ in range(tell.rng.choice((1, 3, 12, 60))):
            tell.say(at + tell.rng.random() * lasts, machine, sign, cause, severity=Severity.HIGH)
