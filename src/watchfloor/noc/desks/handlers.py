"""Answers to events: open pages show at once who looks at what, who is offered it, who is away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from watchfloor.noc.desks import selectors
from watchfloor.noc.desks.events import OFFERED
from watchfloor.noc.desks.models import Claim
from watchfloor.noc.desks.services import CHANGED
from watchfloor.noc.incidents import places
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.live import frames

Change = dict[str, Any]


@subscribe(CHANGED)
def show_desks(event: Event) -> None:
    """Publish the claims as they are by now: a page that gets two frames ends with the newer."""
    incident_ids = [UUID(pk) for pk in event.payload["incident_ids"]]
    user_ids = [UUID(pk) for pk in event.payload["user_ids"]]
    changes = [*_claims(incident_ids), *map(_break, user_ids)]
    if changes:
        frames.publish(event.tenant_id, changes, at=event.at)


@subscribe(OFFERED)
def show_offers(event: Event) -> None:
    """Publish to whom each is offered by now; a row of None: to nobody."""
    ids = [UUID(pk) for pk in event.payload["incident_ids"]]
    where = places.of(ids)
    rows = {
        offer.incident_id: selectors.told_offer(offer)
        for offer in selectors.offers(EVERYTHING).filter(incident__in=ids)
    }
    changes = [
        {"kind": "offer", "id": pk, "places": where[pk], "row": rows.get(pk)} for pk in where
    ]
    if changes:
        frames.publish(event.tenant_id, changes, at=event.at)


def _claims(incident_ids: Iterable[UUID]) -> list[Change]:
    ids = list(incident_ids)
    where = places.of(ids)
    found = Claim.objects.filter(incident__in=ids).select_related("user", "incident")
    return [
        {
            "kind": "claim",
            "id": claim.incident_id,
            "client_id": claim.incident.client_id,
            "site_id": claim.incident.site_id,
            "places": where[claim.incident_id],
            "row": selectors.told(claim),
        }
        for claim in found
    ]


def _break(user_id: UUID) -> Change:
    """A break is at no place: who sees all clients hears of it at once."""
    away = selectors.break_of(user_id)
    row = {"started_at": away.started_at} if away else None
    return {"kind": "desk", "id": user_id, "client_id": None, "site_id": None, "row": row}
