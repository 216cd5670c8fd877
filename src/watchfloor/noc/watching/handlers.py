"""Answers to events: open pages show at once where nothing leaves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.watching.models import Watch
from watchfloor.noc.watching.services import CHANGED
from watchfloor.platform.accounts.scope import Place
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.live import frames


@subscribe(CHANGED)
def show_watch(event: Event) -> None:
    watch = Watch.objects.select_related("client", "site").get(pk=UUID(event.payload["watch_id"]))
    row = None if watch.ended_at else {"place": watch.place, "started_at": watch.started_at}
    change: dict[str, Any] = {
        "kind": "watch",
        "id": watch.pk,
        "client_id": watch.client_id,
        "site_id": watch.site_id,
        "places": _places(watch),
        "row": row,
    }
    frames.publish(event.tenant_id, [change], at=event.at)


def _places(watch: Watch) -> list[Place]:
    """Return all places that are watched: whoever sees one of them is told."""
    if watch.site is not None:
        return [(watch.site.client_id, watch.site_id)]
    sites = Site.objects.all()
    clients = Client.objects.all()
    if watch.client_id is not None:
        sites = sites.filter(client_id=watch.client_id)
        clients = clients.filter(pk=watch.client_id)
    at_sites: list[Place] = list(sites.values_list("client_id", "pk"))
    return [*((pk, None) for pk in clients.values_list("pk", flat=True)), *at_sites, (None, None)]
