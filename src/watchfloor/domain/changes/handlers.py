"""Answers to events: what the floor itself saw being changed stands in the log as well."""

from __future__ import annotations

import msgspec

from watchfloor.domain.changes import services
from watchfloor.domain.org.changed import CHANGED, Changed
from watchfloor.platform.events.bus import Event, subscribe


@subscribe(CHANGED)
def keep_changes(event: Event) -> None:
    """Running again changes nothing: each has its id from when it was told."""
    services.keep(msgspec.convert(event.payload["changes"], list[Changed]))
