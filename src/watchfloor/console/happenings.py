"""Lines of a timeline in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watchfloor.noc.incidents.models import TimelineEntry

ALERTS, STATES, PEOPLE, OUTSIDE = "alerts", "states", "people", "outside"
LANES: Mapping[str, str] = {
    ALERTS: "Alerts",
    STATES: "States",
    PEOPLE: "People",
    OUTSIDE: "Outside",
}
_LANE_OF: Mapping[str, str] = {
    **dict.fromkeys(("opened", "reopened", "severity", "split", "moved"), ALERTS),
    **dict.fromkeys(("commented", "attached", "handed", "escalated", "called"), PEOPLE),
    "offered": PEOPLE,
    **dict.fromkeys(("step done", "step skipped", "step taken back"), PEOPLE),
}
"""What is neither of alerts nor words of people is a change of state."""
_DID: Mapping[str, str] = {
    "commented": "Noted",
    "started": "Began to work on it",
    "handed": "Handed over",
}
# Acts whose text goes on in the same sentence; that of others is what somebody wrote.
_GO_ON = {"assigned", "snoozed", "called"}
# Acts whose text is a whole sentence of ours.
_SENTENCES = {"opened", "merged", "split", "moved", "undone"}
_ACTORS: Mapping[str, str] = {"system": "", "key": "a program", "playbook": "a playbook"}


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened, in our words; `quote` is what a person wrote about it."""

    at: datetime
    head: str
    quote: str
    who: str
    lane: str = STATES
    kind: str = ""

    @property
    def lane_name(self) -> str:
        return LANES[self.lane]

    @classmethod
    def of(cls, entry: TimelineEntry, names: Mapping[str, str]) -> Happening:
        """Machines write whole sentences; what people did is a word, with or without a text."""
        who, lane = _who(entry, names), _lane(entry)
        if entry.actor_kind == "system" or entry.kind in _SENTENCES:
            return cls(entry.at, entry.text, "", who, lane, entry.kind)
        did = _DID.get(entry.kind, entry.kind.capitalize())
        if entry.kind in _GO_ON:
            return cls(entry.at, f"{did} {entry.text}", "", who, lane, entry.kind)
        return cls(entry.at, did, entry.text, who, lane, entry.kind)


def _lane(entry: TimelineEntry) -> str:
    return PEOPLE if entry.kind.startswith("alert ") else _LANE_OF.get(entry.kind, STATES)


def _who(entry: TimelineEntry, names: Mapping[str, str]) -> str:
    if entry.actor_kind == "user":
        return names.get(entry.actor_id, "somebody who is gone")
    if entry.actor_kind == "operator":
        return f"{entry.actor_id}, at the command line"
    return _ACTORS.get(entry.actor_kind, entry.actor_kind)
