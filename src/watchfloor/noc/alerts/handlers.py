"""Answers to events: a name that a person explained finds its alerts."""

from __future__ import annotations

from uuid import UUID

from watchfloor.domain.naming.models import InventoryKind
from watchfloor.noc.alerts.announce import announce_placed
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.tenancy.locks import lock_flow


@subscribe("name.answered")
def tie_alerts(event: Event) -> None:
    """Tie the firing alerts that carry the name, and nothing yet, to what it means."""
    lock_flow(event.tenant_id)
    kind = InventoryKind(event.payload["kind"])
    waiting = NOCAlertEvent.objects.filter(
        signal=SignalState.FIRING,
        **{f"{kind.value}_name__iexact": event.payload["text"], f"{kind.value}_id": None},
    )
    ids = list(waiting.values_list("id", flat=True))
    NOCAlertEvent.objects.filter(id__in=ids).update(
        **{f"{kind.value}_id": UUID(event.payload["target_id"])}
    )
    if ids:
        announce_placed(ids, now=event.at)
