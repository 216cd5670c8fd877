"""What may be done with a finding, and where it leads."""

from __future__ import annotations

from enum import StrEnum

from watchfloor.noc.findings.models import FindingStatus
from watchfloor.platform.states import Machine


class Action(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    START = "start"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    """It is nothing: a false positive."""
    SUPPRESS = "suppress"
    """It is so, and nobody wants to hear of it while it lasts."""
    REOPEN = "reopen"


_NEW, _ACKNOWLEDGED, _IN_PROGRESS, _RESOLVED, _FALSE_POSITIVE, _SUPPRESSED = FindingStatus
OPEN = (_NEW, _ACKNOWLEDGED, _IN_PROGRESS)
SET_ASIDE = (_FALSE_POSITIVE, _SUPPRESSED)

MACHINE: Machine[FindingStatus, Action] = Machine(
    "finding",
    {
        (_NEW, Action.ACKNOWLEDGE): _ACKNOWLEDGED,
        (_ACKNOWLEDGED, Action.ACKNOWLEDGE): _ACKNOWLEDGED,
        (_IN_PROGRESS, Action.ACKNOWLEDGE): _IN_PROGRESS,
        **{(state, Action.START): _IN_PROGRESS for state in OPEN},
        **{(state, Action.RESOLVE): _RESOLVED for state in (*OPEN, _RESOLVED)},
        **{(state, Action.DISMISS): _FALSE_POSITIVE for state in (*OPEN, *SET_ASIDE)},
        **{(state, Action.SUPPRESS): _SUPPRESSED for state in (*OPEN, _SUPPRESSED)},
        **{(state, Action.REOPEN): _NEW for state in (_RESOLVED, *SET_ASIDE)},
    },
)
