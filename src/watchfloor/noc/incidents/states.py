"""What may be done with an incident, and where it leads."""

from __future__ import annotations

from enum import StrEnum

from watchfloor.noc.incidents.models import IncidentState
from watchfloor.platform.states import Machine


class Action(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    START = "start"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    COMMENT = "comment"
    HAND_OVER = "hand_over"
    RESOLVE = "resolve"
    CLOSE = "close"
    MERGE = "merge"
    """It turned out to be part of another one."""
    REOPEN = "reopen"
    """By machine alone: an alert of it fires again. The only way out of RESOLVED and CLOSED."""


_NEW, _ACKNOWLEDGED, _ASSIGNED, _IN_PROGRESS, _RESOLVED, _CLOSED = IncidentState
OPEN = (_NEW, _ACKNOWLEDGED, _ASSIGNED, _IN_PROGRESS)
OVER = (_RESOLVED, _CLOSED)

MACHINE: Machine[IncidentState, Action] = Machine(
    "incident",
    {
        (_NEW, Action.ACKNOWLEDGE): _ACKNOWLEDGED,
        (_ACKNOWLEDGED, Action.ACKNOWLEDGE): _ACKNOWLEDGED,
        (_ASSIGNED, Action.ACKNOWLEDGE): _ASSIGNED,
        (_IN_PROGRESS, Action.ACKNOWLEDGE): _IN_PROGRESS,
        **{(state, Action.ASSIGN): _ASSIGNED for state in OPEN},
        **{(state, Action.START): _IN_PROGRESS for state in OPEN},
        **{(state, Action.SNOOZE): state for state in OPEN},
        **{(state, Action.ESCALATE): state for state in OPEN},
        **{(state, Action.RESOLVE): _RESOLVED for state in (*OPEN, _RESOLVED)},
        **{(state, Action.COMMENT): state for state in IncidentState},
        **{(state, Action.HAND_OVER): state for state in OPEN},
        **{(state, Action.CLOSE): _CLOSED for state in OVER},
        **{(state, Action.MERGE): _CLOSED for state in IncidentState},
        **{(state, Action.REOPEN): _NEW for state in OVER},
    },
)
