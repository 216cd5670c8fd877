"""Answers to events: open pages and programs hear who comes to shifts that go on, and who goes."""

from __future__ import annotations

from watchfloor.domain.shifts.events import MANNED
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.live import frames
from watchfloor.sensing.presence import selectors
from watchfloor.sensing.presence.rows import row_of


@subscribe(MANNED)
def show_presence(event: Event) -> None:
    """Publish the shifts as they are manned by now."""
    going_on = selectors.going_on(EVERYTHING, event.at)
    touched = going_on.filter(pk__in=event.payload["shift_ids"]).order_by(*selectors.ORDER)
    changes = [
        {
            "kind": "presence",
            "id": shift.pk,
            "client_id": shift.site and shift.site.client_id,
            "site_id": shift.site_id,
            "row": row_of(shift, event.at),
        }
        for shift in touched
    ]
    if changes:
        frames.publish(event.tenant_id, changes, at=event.at)
