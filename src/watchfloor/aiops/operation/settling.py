"""Data that come late come in pieces: what the first piece does not tell yet is no silence.

A gateway that was cut off sends its hour in some requests, one after another. Between them time
stands still for whom they are about, for a moment; else everybody would be told silent in between.
"""

from __future__ import annotations

from typing import NamedTuple

from watchfloor.aiops.types import Seconds

LATE: Seconds = 5 * 60.0
"""What arrives so long after it happened is what somebody sends afterwards."""
SETTLES: Seconds = 60.0
"""So long more of it is waited for, once: who is always late is judged as often as this."""


class Reach(NamedTuple):
    """How far time passes for a subject, and until when it then stands still, if it does."""

    until: Seconds
    held_until: Seconds | None


def is_late(at: Seconds, received_at: Seconds) -> bool:
    return received_at - at > LATE


def reach(late: Seconds | None, until: Seconds, held_until: Seconds | None) -> Reach:
    """Return how far to take a subject on the way to `until`.

    `late` is the time of the newest of its events, if all of them came late. `held_until` is what
    the last answer for this subject said. In a replay all is late, and nothing is: its time is that
    of its events.
    """
    if late is None or late >= until - LATE or (held_until is not None and held_until <= until):
        return Reach(until, None)
    return Reach(late, held_until or until + SETTLES)
