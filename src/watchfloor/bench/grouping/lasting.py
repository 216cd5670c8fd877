"""A signal that stays on for two days, laid over any stream: what buries attacks most easily."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.bench.grouping.company import word
from watchfloor.bench.grouping.labelled import (
    DAY,
    HOUR,
    MINUTE,
    NOISE,
    Cause,
    Labelled,
    Subject,
    Teller,
    Told,
    interleaved,
)

VARIANTS = ("chatter", "attack", "on the attacked host", "from the first minute")
LASTS: Seconds = 2 * DAY


def with_lasting(stream: Labelled, variant: str, *, seed: int = 1) -> Labelled:
    """Return the stream with two days of one more signal: noise, unless it is an attack itself.

    It is on while the first attack comes; from the first minute, before anything is known.
    """
    rng = Random(f"lasting/{variant}/{seed}/{stream.name}")  # noqa: S311 - no secret is made of it
    tell = Teller(rng, "lasting", late=0.0)
    told = stream.told
    since = _begin(told, variant, rng)
    cause = Cause("lasting", "lasting") if variant == "attack" else NOISE
    subject = _subject(told, rng, is_attacked=variant == "on the attacked host")
    sign = word(rng).upper()
    for at in _times(rng, since, min(since + LASTS, told[-1].truth.at)):
        tell.say(at, subject, sign, cause)
    both = interleaved(told, tell.told())
    return Labelled(f"{stream.name}, lasting {variant}", both, stream.inventories)


def _begin(told: Sequence[Told], variant: str, rng: Random) -> Seconds:
    """Return a moment some hours before the first attack, or the first of all."""
    first, last = told[0].truth.at, told[-1].truth.at
    if variant == "from the first minute":
        return first
    struck = next((one.truth.at for one in told if one.truth.step), first + DAY)
    return max(first, min(struck - rng.uniform(4, 30) * HOUR, last - LASTS))


def _times(rng: Random, since: Seconds, until: Seconds) -> Iterator[Seconds]:
    """Yield irregular times, mostly under two minutes apart, with some longer pauses."""
    every = rng.uniform(20, 90)
    at = since
    while at < until:
        yield at
        at += rng.expovariate(1 / every)
        if rng.random() < 0.004:
            at += rng.uniform(3, 14) * MINUTE


def _subject(told: Sequence[Told], rng: Random, *, is_attacked: bool) -> Subject:
    """Return the thing that says it: the one attacked most, or one that no attack meets."""
    struck = Counter(one.truth.host for one in told if one.truth.step)
    if is_attacked:
        host = min(struck, key=lambda name: (-struck[name], name))
    else:
        host = rng.choice(sorted({one.truth.host for one in told} - struck.keys()))
    report = next(one.report for one in told if one.truth.host == host)
    return Subject(report.entity_id, report.site, report.client, report.entity_type)
