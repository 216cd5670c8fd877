"""Faults that spread by ways the rules do not know, but whoever works them learns.

Water finds one thing of a site after the other, minutes apart, and each tells of it in like words.
In between, other things of the same sites say in other words what is nothing.
"""

from __future__ import annotations

from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.bench.grouping.company import word, words
from watchfloor.bench.grouping.labelled import (
    BEGIN,
    DAY,
    HOUR,
    MINUTE,
    NOISE,
    Labelled,
    Subject,
    Teller,
    incident,
    poisson,
)

_SITES, _LEAKS_A_DAY = 6, 3
_QUIET: Seconds = 10 * HOUR
"""Between two notes of a site that are nothing."""


def leaks(seed: int = 1, *, days: int = 12) -> Labelled:
    """Return the days of some sites with leaks. The same seed makes the same days."""
    rng = Random(f"leaks/{seed}")  # noqa: S311 - no secret is made of it
    tell = Teller(rng, f"leaks-{seed}", late=0.0)
    kinds = [f"WET_{name.upper()}" for name in words(rng, 4)]
    talk = words(rng, 7)
    for site in words(rng, _SITES):
        for day in range(days):
            for hour in rng.sample(range(1, 23, 3), _LEAKS_A_DAY):
                _leak(tell, site, kinds, BEGIN + day * DAY + hour * HOUR)
        for at in poisson(rng, BEGIN, BEGIN + days * DAY, _QUIET):
            reader = Subject(f"{site}-reader-{word(rng, 3)}", site)
            said = rng.choice(talk).upper()
            tell.say(at, reader, said, NOISE, message=" ".join(rng.sample(talk, 3)))
    return Labelled(f"leaks {seed}", tell.told())


def _leak(tell: Teller, site: str, kinds: list[str], at: Seconds) -> None:
    rng, cause = tell.rng, incident(f"leak-{site}-{at:.0f}")
    for number in range(rng.randint(2, len(kinds))):
        valve = Subject(f"{site}-valve-{number}-{word(rng, 3)}", site)
        told = f"water under the raised floor near valve {number}"
        tell.say(at, valve, kinds[number], cause, message=told)
        at += rng.uniform(7, 15) * MINUTE
