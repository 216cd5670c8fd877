"""What people may do with an alert, and where it leads. Senders' signals are another column."""

from __future__ import annotations

from enum import StrEnum

from watchfloor.noc.alerts.models import AlertState
from watchfloor.platform.states import Machine


class Action(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    COMMENT = "comment"
    RELEASE = "release"
    """Let people hear of it, whatever was learnt of its like."""
    RESOLVE = "resolve"
    REOPEN = "reopen"
    """By machine alone: it fires again."""


_NEW, _ACKNOWLEDGED, _ASSIGNED, _ESCALATED, _RESOLVED = AlertState
OPEN = (_NEW, _ACKNOWLEDGED, _ASSIGNED, _ESCALATED)

MACHINE: Machine[AlertState, Action] = Machine(
    "alert",
    {
        (_NEW, Action.ACKNOWLEDGE): _ACKNOWLEDGED,
        (_ACKNOWLEDGED, Action.ACKNOWLEDGE): _ACKNOWLEDGED,
        (_ASSIGNED, Action.ACKNOWLEDGE): _ASSIGNED,
        (_ESCALATED, Action.ACKNOWLEDGE): _ACKNOWLEDGED,
        **{(state, Action.ASSIGN): _ASSIGNED for state in OPEN},
        **{(state, Action.ESCALATE): _ESCALATED for state in OPEN},
        **{(state, Action.SNOOZE): state for state in OPEN},
        **{(state, Action.RESOLVE): _RESOLVED for state in AlertState},
        **{(state, Action.RELEASE): state for state in AlertState},
        **{(state, Action.COMMENT): state for state in AlertState},
        (_RESOLVED, Action.REOPEN): _NEW,
    },
)
