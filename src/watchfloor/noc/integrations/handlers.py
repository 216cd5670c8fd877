"""Answers to events of the stages below."""

from __future__ import annotations

from uuid import UUID

from watchfloor.noc.alerts.announce import CHANGED
from watchfloor.noc.integrations import services
from watchfloor.platform.events.bus import Event, subscribe


@subscribe(CHANGED)
def tell_of_incidents(event: Event) -> None:
    ids = [UUID(pk) for pk in event.payload["incident_ids"]]
    services.tell(ids, at=event.at, is_held=event.payload.get("is_undoable", False))
