"""One event for all that changed: ids only, whoever listens reads the state as it is by then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from watchfloor.platform.events import bus

CHANGED = "incidents.changed"
PLACED = "alerts.placed"


def announce(
    incident_ids: Iterable[UUID],
    alert_ids: Iterable[UUID] = (),
    *,
    now: datetime,
    is_first: bool = False,
    is_undoable: bool = False,
) -> None:
    """Publish in the caller's transaction; `is_first` for life safety, which goes before all.

    `is_undoable`: a person did it and may take it back at once; what leaves for it waits so long.
    """
    payload = {
        "incident_ids": [str(pk) for pk in incident_ids],
        "alert_ids": [str(pk) for pk in alert_ids],
    }
    if payload["incident_ids"] or payload["alert_ids"]:
        lane = bus.FIRST_LANE if is_first else bus.NORMAL_LANE
        bus.publish(CHANGED, payload | {"is_undoable": is_undoable}, at=now, lane=lane)


def announce_placed(alert_ids: Iterable[UUID], *, now: datetime) -> None:
    """Publish that the places of alerts are known by now."""
    bus.publish(PLACED, {"alert_ids": [str(pk) for pk in alert_ids]}, at=now)
