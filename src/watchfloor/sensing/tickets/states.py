"""What may be done with a ticket, and where it leads.

Senders have states of their own, so the table knows sorts of states; whatever has no sort of its
own is worked on.
"""

from __future__ import annotations

from enum import StrEnum

from watchfloor.aiops.calendars import clock
from watchfloor.platform.states import Machine


class Action(StrEnum):
    ASSIGN = "assign"
    START = "start"
    HOLD = "hold"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"


class Sort(StrEnum):
    NEW = clock.NEW
    ASSIGNED = "ASSIGNED"
    WORKED_ON = "IN_PROGRESS"
    HELD = clock.ON_HOLD
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"


OPEN = (Sort.NEW, Sort.ASSIGNED, Sort.WORKED_ON, Sort.HELD)

MACHINE: Machine[Sort, Action] = Machine(
    "ticket",
    {
        **{(sort, Action.ASSIGN): Sort.ASSIGNED for sort in OPEN},
        **{(sort, Action.START): Sort.WORKED_ON for sort in OPEN},
        **{(sort, Action.HOLD): Sort.HELD for sort in OPEN},
        **{(sort, Action.RESOLVE): Sort.RESOLVED for sort in (*OPEN, Sort.RESOLVED)},
        **{(sort, Action.CLOSE): Sort.CLOSED for sort in (*OPEN, Sort.RESOLVED, Sort.CLOSED)},
        **{(sort, Action.REOPEN): Sort.WORKED_ON for sort in (Sort.RESOLVED, Sort.CLOSED)},
    },
)


def sort_of(state: str) -> Sort:
    """Return the sort of a sender's state.

    >>> sort_of("WAITING_VENDOR"), sort_of("CANCELLED")
    (<Sort.WORKED_ON: 'IN_PROGRESS'>, <Sort.CLOSED: 'CLOSED'>)
    """
    if state in Sort.__members__.values():
        return Sort(state)
    if state not in clock.ENDED:
        return Sort.WORKED_ON
    return Sort.RESOLVED if state == "COMPLETED" else Sort.CLOSED
