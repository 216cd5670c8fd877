"""What the floor itself sees being changed, told to whoever keeps the log of changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from watchfloor.platform.events import bus
from watchfloor.platform.ids import uuid7

CHANGED = "operation.changed"
"""The operation was changed: `changes`, each a `Changed`."""


class Changed(msgspec.Struct, frozen=True):
    """`kind` is a word of the log of changes. Without a place it is everywhere."""

    kind: str
    text: str
    at: datetime
    client_id: UUID | None = None
    site_id: UUID | None = None
    device: str = ""
    person: str = ""
    id: UUID = msgspec.field(default_factory=uuid7)


def tell_changes(changes: Sequence[Changed], *, at: datetime) -> None:
    """Tell what was changed, in the caller's transaction."""
    if changes:
        bus.publish(CHANGED, {"changes": msgspec.to_builtins(changes)}, at=at)
