"""State machines as tables: pure, so that every path through them can be walked by a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from watchfloor.platform.errors import Conflict

S = TypeVar("S", bound=str)
A = TypeVar("A", bound=str)


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """Where an act leads. `changes` is False where it leads to where the thing already is."""

    to: S
    changes: bool


@dataclass(frozen=True, slots=True)
class Machine(Generic[S, A]):
    """`table` says where each act leads from each state; what it does not name is refused."""

    noun: str
    table: Mapping[tuple[S, A], S]

    def step(self, state: S, action: A) -> Step[S]:
        """Return where the act leads. Raises: Conflict where the state does not allow it."""
        to = self.table.get((state, action))
        if to is None:
            raise Conflict(
                f"This {self.noun} is {_words(state)}: it cannot be {PAST.get(action, action)}.",
                state=str(state),
            )
        return Step(to, to != state)


PAST: Mapping[str, str] = {
    "acknowledge": "acknowledged",
    "assign": "assigned",
    "start": "started",
    "hold": "put on hold",
    "complete": "completed",
    "cancel": "cancelled",
    "snooze": "snoozed",
    "escalate": "escalated",
    "comment": "commented on",
    "hand_over": "handed over",
    "release": "released",
    "resolve": "resolved",
    "close": "closed",
    "merge": "merged",
    "reopen": "opened again",
    "dismiss": "dismissed",
    "suppress": "suppressed",
    "confirm": "confirmed",
    "clear": "cleared",
    "contest": "contested",
}


def _words(state: str) -> str:
    return str(state).lower().replace("_", " ")
