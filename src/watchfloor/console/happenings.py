"""Lines of a timeline in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watchfloor.noc.incidents.models import TimelineEntry

_DID: Mapping[str, str] = {"commented": "Noted", "started": "Began to work on it"}
# Acts whose text goes on in the same sentence; that of others is what somebody wrote.
_GO_ON = {"assigned", "snoozed"}
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

    @classmethod
    def of(cls, entry: TimelineEntry, names: Mapping[str, str]) -> Happening:
        """Machines write whole sentences; what people did is a word, with or without a text."""
        who = _who(entry, names)
        if entry.actor_kind == "system" or entry.kind in _SENTENCES:
            return cls(entry.at, entry.text, "", who)
        did = _DID.get(entry.kind, entry.kind.capitalize())
        if entry.kind in _GO_ON:
            return cls(entry.at, f"{did} {entry.text}", "", who)
        return cls(entry.at, did, entry.text, who)


def _who(entry: TimelineEntry, names: Mapping[str, str]) -> str:
    if entry.actor_kind == "user":
        return names.get(entry.actor_id, "somebody who is gone")
    if entry.actor_kind == "operator":
        return f"{entry.actor_id}, at the command line"
    return _ACTORS.get(entry.actor_kind, entry.actor_kind)
