"""The clock of a service level: it runs while a thing is worked on, and by business hours only.

It stands while the thing is on hold or has ended, and goes on where it stopped when the thing is
taken up again. What it shows follows from the steps alone, so a step that comes late is as good
as one that came in time, and a target that is set anew is judged as if it had always held.

A thing that waits for a vendor or a colleague is not on hold: its customer waits all the same.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import msgspec

from watchfloor.aiops.calendars.business import Calendar
from watchfloor.aiops.types import Seconds

NEW, ON_HOLD = "NEW", "ON_HOLD"
ENDED = frozenset({"RESOLVED", "COMPLETED", "CLOSED", "CANCELLED"})
_STANDING = ENDED | {ON_HOLD}
_SPELLINGS = {"ONHOLD": ON_HOLD, "HOLD": ON_HOLD, "CANCELED": "CANCELLED", "DONE": "COMPLETED"}
MOST_STEPS = 500
"""A thing that changed more often has lost its oldest steps, and their time with them."""


class Step(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True):
    """From `at` on it is in `state`."""

    at: Seconds
    state: str


def state_of(said: str) -> str:
    """Return the spelling by which states are compared.

    >>> state_of("on hold"), state_of("OnHold"), state_of("waiting-vendor")
    ('ON_HOLD', 'ON_HOLD', 'WAITING_VENDOR')
    """
    word = said.strip().upper().replace("-", "_").replace(" ", "_")
    return _SPELLINGS.get(word, word)


def stepped(steps: Sequence[Step], at: Seconds, state: str) -> list[Step]:
    """Return the steps with this one, in order of time. One that is known changes nothing."""
    step = Step(at, state)
    if step in steps:
        return list(steps)
    place = bisect_right(steps, at, key=lambda known: known.at)
    return [*steps[:place], step, *steps[place:]][-MOST_STEPS:]


def used(steps: Sequence[Step], until: Seconds, calendar: Calendar) -> float:
    """Return how much of its time had passed by then."""
    return sum(
        calendar.seconds(start, min(end, until)) for start, end in running(steps) if start < until
    )


def passes(steps: Sequence[Step], target: float, calendar: Calendar) -> Seconds | None:
    """Return when `target` is used up; None if it stood before then, and still stands."""
    left = target
    for start, end in running(steps):
        due = calendar.due(start, left)
        if due < end:
            return due
        left -= calendar.seconds(start, end)
    return None


def answered_at(steps: Sequence[Step]) -> Seconds | None:
    """Return when somebody first took it up."""
    return next((step.at for step in steps if step.state != NEW), None)


def until_answer(steps: Sequence[Step]) -> list[Step]:
    """Return the steps of the clock that runs until somebody takes the thing up."""
    answered = answered_at(steps)
    first = list(steps[:1])
    return first if answered is None else [*first, Step(answered, "CLOSED")]


def running(steps: Sequence[Step]) -> Iterator[tuple[Seconds, Seconds]]:
    """Yield when it runs; the last time may have no end yet."""
    started: Seconds | None = None
    for step in steps:
        stands = step.state in _STANDING
        if started is None and not stands:
            started = step.at
        elif started is not None and stands:
            yield started, step.at
            started = None
    if started is not None:
        yield started, math.inf
