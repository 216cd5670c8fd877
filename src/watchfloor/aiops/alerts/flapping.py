"""When an alert flaps. State changes count, repetitions do not: a real outage repeats as well.

Definition. A state change is a firing alert that resolves, or a resolved one that fires again.
An alert begins to flap with its fifth change within an hour and stops when no more than two
are left in the hour behind it (both numbers and the hour: `AlertPolicy`). Expiry by silence is no
change, for no sender said anything.
"""

from __future__ import annotations

from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.types import Seconds


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
