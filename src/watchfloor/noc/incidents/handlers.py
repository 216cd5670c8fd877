"""Answers to events: what changed goes to the open pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.announce import CHANGED
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.live import frames


@subscribe(CHANGED)
def show_changes(event: Event) -> None:
    """Publish the rows as they are by now: a page that gets two frames ends with the newer."""
    changes = [
        *_changes("incident", incidents.incident_rows(_ids(event, "incident_ids"))),
        *_changes("alert", alerts.alert_rows(_ids(event, "alert_ids"))),
    ]
    if changes:
        frames.publish(event.tenant_id, changes, at=event.at)


def _ids(event: Event, name: str) -> list[UUID]:
    return [UUID(pk) for pk in event.payload[name]]


def _changes(kind: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "id": row["id"],
            "client_id": row["client_id"],
            "site_id": row["site_id"],
            "row": row if row.get("is_listed", True) else None,
        }
        for row in rows
    ]
