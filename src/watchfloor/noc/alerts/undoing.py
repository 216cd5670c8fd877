"""What the last act on an alert or an incident overwrote: whoever did it may take it back.

Only the last one is kept, since an act is not taken back once somebody has acted after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol
from uuid import UUID

from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict

FRESH = timedelta(seconds=15)
"""Ten seconds in which pages offer to take it back, and the way there."""
Kept = dict[str, Any]


class Undoable(Protocol):
    """A row that keeps what the last act on it overwrote. `_meta` is Django's."""

    state: str
    version: int
    last_act: Kept
    _meta: ClassVar[Any]


def kept(
    row: Undoable, act: str, to: str, names: Iterable[str], *, by: Actor, now: datetime
) -> Kept:
    """Return, for its row, what an act that changes these columns is about to overwrite."""
    return {
        "act": act,
        "by": [by.kind, by.id],
        "at": now.isoformat(),
        "version": row.version + 1,
        "led_to": to,
        "was": {name: _spelt(getattr(row, name)) for name in (*names, "state")},
    }


def is_theirs(row: Undoable, version: int | None, by: Actor) -> bool:
    """Whether the last act is that of `by`, and the one that led to this `version`, if given."""
    last = row.last_act
    return bool(last) and last["by"] == [by.kind, by.id] and version in (None, last["version"])


def check_stands(row: Undoable) -> None:
    """Raise Conflict where the machine has changed meanwhile what the act led to."""
    if row.state != row.last_act["led_to"]:
        message = f"It is too late to take this back: it is {row.state.lower()} by now."
        raise Conflict(message, state=row.state)


def check_fresh(row: Undoable, now: datetime) -> None:
    if done_at(row) < now - FRESH:
        raise Conflict("It is too late to take this back.", state=row.state)


def done_at(row: Undoable) -> datetime:
    return datetime.fromisoformat(row.last_act["at"])


def put_back(row: Undoable) -> list[str]:
    """Give the row back what `kept` says, for the caller to save; return the columns changed."""
    was = row.last_act["was"]
    columns = {field.attname: field for field in row._meta.concrete_fields}
    for name, value in was.items():
        setattr(row, name, columns[name].to_python(value))
    row.last_act = {}
    row.version += 1
    return [*was, "last_act", "version"]


def _spelt(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
