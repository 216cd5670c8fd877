"""Answers to events: what changed goes to the open pages; what was placed moves its incidents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.announce import CHANGED, PLACED, announce
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.clustering.store import refresh_clusters
from watchfloor.noc.incidents import partial, places, promote, store
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.noc.incidents.store import incident_id
from watchfloor.platform.accounts.scope import Place
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.live import frames
from watchfloor.platform.tenancy.locks import lock_flow


@subscribe(CHANGED)
def show_changes(event: Event) -> None:
    """Publish the rows as they are by now: a page that gets two frames ends with the newer."""
    changes = [
        *_incidents(_ids(event, "incident_ids")),
        *(_change("alert", row) for row in alerts.alert_rows(_ids(event, "alert_ids"))),
    ]
    if changes:
        frames.publish(event.tenant_id, changes, at=event.at)


@subscribe(PLACED)
def follow_placed_alerts(event: Event) -> None:
    """Bring incidents to the places where their alerts are known to be by now."""
    lock_flow(event.tenant_id)
    alert_ids = _ids(event, "alert_ids")
    found = NOCAlertEvent.objects.filter(pk__in=alert_ids).values_list("cluster_id", flat=True)
    clusters = {pk for pk in found if pk is not None}
    store.write_timeline(promote.refresh(refresh_clusters(clusters), now=event.at))
    announce([incident_id(pk) for pk in clusters], alert_ids, now=event.at)


def _ids(event: Event, name: str) -> list[UUID]:
    return [UUID(pk) for pk in event.payload[name]]


def _incidents(ids: Iterable[UUID]) -> list[dict[str, Any]]:
    return [_placed(*found) for found in incidents.incident_rows(ids)]


def _placed(row: dict[str, Any], at: list[Place]) -> dict[str, Any]:
    return _change("incident", row | {"site_ids": places.sites(at)}) | _spread(at)


def _spread(at: list[Place]) -> dict[str, Any]:
    """Return what the channel must know of an incident at several places."""
    return {"places": at, "partly": partial.HIDDEN} if len(at) > 1 else {}


def _change(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": row["id"],
        "client_id": row["client_id"],
        "site_id": row["site_id"],
        "row": alerts.spelt(row) if row.get("is_listed", True) else None,
    }
