"""Answers to events: open pages ask anew what sounds."""

from __future__ import annotations

from typing import Any

from watchfloor.domain.org import places
from watchfloor.noc.sounds.services import CHANGED
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.live import frames


@subscribe(CHANGED)
def tell_desks(event: Event) -> None:
    """Tell every page of the tenant, whatever part of it its viewer sees."""
    change: dict[str, Any] = {
        "kind": "sounds",
        "id": event.tenant_id,
        "client_id": None,
        "site_id": None,
        "places": places.everywhere(),
        "row": {"changed_at": event.at},
    }
    frames.publish(event.tenant_id, [change], at=event.at)
