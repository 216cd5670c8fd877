"""How a device's condition looks: a shape, a letter and a word; the worst first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watchfloor.console.words import SEVERITIES
from watchfloor.noc.alerts.condition import Condition, State


@dataclass(frozen=True, slots=True)
class Look:
    """`key` names it in addresses and styles; `rank` grows as it gets better."""

    key: str
    letter: str
    name: str
    rank: int
    severity: int = 0


_BY_SEVERITY: Mapping[int, Look] = {
    level: Look(word.name.lower(), word.letter, word.name, rank, level)
    for rank, (level, word) in enumerate(SEVERITIES.items())
}
_WITHOUT_ALARM: Mapping[State, Look] = {
    State.TEST: Look("test", "T", "On test", 10),
    State.MAINTENANCE: Look("maintenance", "W", "In maintenance", 11),
    State.UNHEARD: Look("unheard", "?", "Unheard", 12),
    State.WELL: Look("well", "✓", "Well", 13),
}
LOOKS: Mapping[str, Look] = {
    look.key: look for look in (*_BY_SEVERITY.values(), *_WITHOUT_ALARM.values())
}


def look_of(condition: Condition) -> Look:
    if condition.state is State.ALARM:
        return _BY_SEVERITY[condition.standing.worst]
    return _WITHOUT_ALARM[condition.state]
