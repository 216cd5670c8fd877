"""Answers to events: a name that people explain finds its alerts; tests show on open pages."""

from __future__ import annotations

from uuid import UUID

from watchfloor.domain.naming.answers import ANSWERED, WITHDRAWN
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.noc.alerts import tested, testing
from watchfloor.noc.alerts.announce import announce_placed
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.live import frames
from watchfloor.platform.tenancy.locks import lock_flow


@subscribe(ANSWERED)
def tie_alerts(event: Event) -> None:
    """Tie the firing alerts that carry the name, and nothing yet, to what it means."""
    _move_alerts(event, None, UUID(event.payload["target_id"]))


@subscribe(WITHDRAWN)
def untie_alerts(event: Event) -> None:
    """Untie the firing alerts that carry the name from what it does not mean after all."""
    _move_alerts(event, UUID(event.payload["target_id"]), None)


def _move_alerts(event: Event, before: UUID | None, after: UUID | None) -> None:
    lock_flow(event.tenant_id)
    kind = InventoryKind(event.payload["kind"])
    carrying = NOCAlertEvent.objects.filter(
        signal=SignalState.FIRING,
        **{f"{kind.value}_name__iexact": event.payload["text"], f"{kind.value}_id": before},
    )
    ids = list(carrying.values_list("id", flat=True))
    NOCAlertEvent.objects.filter(id__in=ids).update(**{f"{kind.value}_id": after})
    if ids:
        announce_placed(ids, now=event.at)


@subscribe(testing.CHANGED)
def show_test(event: Event) -> None:
    test = tested.one(EVERYTHING, UUID(event.payload["window_id"]))
    change = {
        "kind": "test",
        "id": test.id,
        "client_id": test.client_id,
        "site_id": test.site_id,
        "row": {"place": test.place, "ends_at": test.ends_at},
    }
    frames.publish(event.tenant_id, [change], at=event.at)
