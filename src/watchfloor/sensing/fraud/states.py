"""What may be done with a case, and where it leads."""

from __future__ import annotations

from enum import StrEnum

from watchfloor.platform.states import Machine
from watchfloor.sensing.fraud.models import CaseState


class Action(StrEnum):
    CONFIRM = "confirm"
    CLEAR = "clear"
    CONTEST = "contest"
    """The person says that it was not so: nothing of it counts until somebody else decides."""


_OPEN, _CONFIRMED, _CLEARED, _CONTESTED = CaseState
UNDECIDED = (_OPEN, _CONTESTED)

MACHINE: Machine[CaseState, Action] = Machine(
    "case",
    {
        **{(state, Action.CONFIRM): _CONFIRMED for state in (*UNDECIDED, _CONFIRMED)},
        **{(state, Action.CLEAR): _CLEARED for state in (*UNDECIDED, _CLEARED)},
        **{(state, Action.CONTEST): _CONTESTED for state in (*UNDECIDED, _CONFIRMED)},
    },
)
