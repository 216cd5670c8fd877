"""What may be done with a work order, and where it leads.

As with tickets, the table knows sorts of states: whatever has no sort of its own is worked on.
"""

from __future__ import annotations

from enum import StrEnum

from watchfloor.aiops.calendars import clock
from watchfloor.platform.states import Machine


class Action(StrEnum):
    START = "start"
    HOLD = "hold"
    COMPLETE = "complete"
    CANCEL = "cancel"
    REOPEN = "reopen"


class Sort(StrEnum):
    NEW = clock.NEW
    WORKED_ON = "IN_PROGRESS"
    HELD = clock.ON_HOLD
    DONE = "COMPLETED"
    CANCELLED = "CANCELLED"


OPEN = (Sort.NEW, Sort.WORKED_ON, Sort.HELD)

MACHINE: Machine[Sort, Action] = Machine(
    "work order",
    {
        **{(sort, Action.START): Sort.WORKED_ON for sort in OPEN},
        **{(sort, Action.HOLD): Sort.HELD for sort in OPEN},
        **{(sort, Action.COMPLETE): Sort.DONE for sort in (*OPEN, Sort.DONE)},
        **{(sort, Action.CANCEL): Sort.CANCELLED for sort in (*OPEN, Sort.CANCELLED)},
        **{(sort, Action.REOPEN): Sort.WORKED_ON for sort in (Sort.DONE, Sort.CANCELLED)},
    },
)


def sort_of(state: str) -> Sort:
    """Return the sort of a sender's state.

    >>> sort_of("WAITING_PARTS"), sort_of("CLOSED")
    (<Sort.WORKED_ON: 'IN_PROGRESS'>, <Sort.DONE: 'COMPLETED'>)
    """
    if state in Sort.__members__.values():
        return Sort(state)
    return Sort.DONE if state in clock.ENDED else Sort.WORKED_ON
