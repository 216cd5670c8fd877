"""Which buttons a page shows: what the state allows and the user may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from watchfloor.aiops.alerts.suppression import BY_RULE
from watchfloor.console.filters import OVER


@dataclass(frozen=True, slots=True)
class Act:
    name: str
    label: str
    key: str = ""


ACKNOWLEDGE = Act("acknowledge", "Acknowledge", "a")
ASSIGN = Act("assign", "Assign", "s")
SNOOZE = Act("snooze", "Snooze", "z")
ESCALATE = Act("escalate", "Escalate")
COMMENT = Act("comment", "Note", "n")
HAND_OVER = Act("hand-over", "Hand over", "h")
RESOLVE = Act("resolve", "Resolve", "e")
RELEASE = Act("release", "Release", "r")


def acts_on_incident(row: Mapping[str, Any], allowed: frozenset[str]) -> list[Act]:
    """Return the acts in the order of the buttons. Life safety is not put to sleep.

    Who sees a part of it only does not act for those who see the rest.
    """
    wanted = [ASSIGN, RESOLVE, SNOOZE, ESCALATE, COMMENT, HAND_OVER]
    if row["is_life_safety"]:
        wanted.remove(SNOOZE)
    if not row["is_whole"]:
        allowed &= {ESCALATE.name, COMMENT.name}
    return _possible(wanted, row, allowed)


def acts_on_alert(row: Mapping[str, Any], allowed: frozenset[str]) -> list[Act]:
    possible = _possible([ESCALATE, COMMENT, RESOLVE], row, allowed)
    if is_releasable(row["suppressed_by"]) and RELEASE.name in allowed:
        possible.append(RELEASE)
    return possible


def is_releasable(suppressed_by: str) -> bool:
    """Whether one act lets people hear of it; windows and silences are ended themselves."""
    kind = suppressed_by.partition(":")[0]
    return bool(kind) and kind not in BY_RULE


def _possible(wanted: list[Act], row: Mapping[str, Any], allowed: frozenset[str]) -> list[Act]:
    if row["state"] in OVER:
        wanted = [COMMENT]
    elif row["state"] == "NEW":
        wanted = [ACKNOWLEDGE, *wanted]
    return [act for act in wanted if act.name in allowed]
