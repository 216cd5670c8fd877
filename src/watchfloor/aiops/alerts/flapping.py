"""When an alert flaps. State changes count, repetitions do not: a real outage repeats as well.

Definition. A state change is a firing alert that resolves, or a resolved one that fires again.
An alert begins to flap with its fifth change within an hour and stops when no more than two
are left in the hour behind it (both numbers and the hour: `AlertPolicy`). Expiry by silence is no
change, for no sender said anything.

The end of one that kept coming back is believed only after a longer quiet than before.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.types import Seconds

PATIENCE = 3.0
"""Of quiet spells of random length, one in twenty is longer than three times their mean."""


def note_change(changes: list[Seconds], at: Seconds, policy: AlertPolicy) -> None:
    """Add a state change to the newest `flap_start` ones, which are kept in order of time."""
    changes.append(at)
    if len(changes) > 1 and at < changes[-2]:
        changes.sort()
    del changes[: -policy.flap_start]


def is_flapping(was: bool, changes: list[Seconds], now: Seconds, policy: AlertPolicy) -> bool:
    """Return whether an alert with these newest changes flaps at `now`, given whether it did."""
    needed = policy.flap_stop + 1 if was else policy.flap_start
    return len(changes) >= needed and now - changes[-needed] <= policy.flap_window


def settles_at(changes: Sequence[Seconds], ended_at: Seconds, policy: AlertPolicy) -> Seconds:
    """Return when the end of an alert with these newest changes is to be believed.

    At once, unless it kept coming back: as many changes as make flapping, none of them a window
    after the one before.

    >>> settles_at([0, 600, 700, 1900, 2000], 2000, AlertPolicy())
    4700.0
    >>> settles_at([0, 600, 700], 700, AlertPolicy())
    700
    """
    gaps = [later - earlier for earlier, later in pairwise((*changes, ended_at))]
    if len(changes) < policy.flap_start or max(gaps) > policy.flap_window:
        return ended_at
    quiet = gaps[-3::-2]  # behind the last change nothing, before it the time that it fired
    return ended_at + min(PATIENCE * fmean(quiet), policy.flap_window)
