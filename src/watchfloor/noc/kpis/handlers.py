"""Answers to events: open pages get the figures; a watch that ended leaves its figures behind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from watchfloor.domain.org import places
from watchfloor.noc.kpis import services
from watchfloor.noc.kpis.models import KpiReading
from watchfloor.noc.kpis.services import READ
from watchfloor.noc.watching.models import Watch
from watchfloor.noc.watching.services import CHANGED
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.live import frames


@subscribe(READ)
def show_figures(event: Event) -> None:
    """Publish the figures to who sees all; who sees a part learns that theirs may have changed."""
    row = KpiReading.objects.exclude(at=None).first()
    if row is None:
        return
    change: dict[str, Any] = {
        "kind": "kpis",
        "id": row.pk,
        "client_id": None,
        "site_id": None,
        "places": places.everywhere(),
        "partly": {"figures": None},
        "row": {"read_at": row.at, "figures": row.figures},
    }
    frames.publish(event.tenant_id, [change], at=event.at)


@subscribe(CHANGED)
def keep_baseline(event: Event) -> None:
    watch = Watch.objects.get(pk=UUID(event.payload["watch_id"]))
    services.record_baseline(watch, event.at)
