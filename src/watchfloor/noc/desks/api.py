"""Desks over HTTP: look at an incident, leave it, take it over; who is there and what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from watchfloor.noc.alerts.schemas import SeverityOut
from watchfloor.noc.desks import selectors, services
from watchfloor.noc.incidents import partial
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, ASSIGN_INCIDENTS, VIEW
from watchfloor.platform.accounts.permissions import needs

router = Router(tags=["desks"])
MOST_SHOWN = 200


class ClaimOut(Schema):
    incident_id: UUID
    user_id: UUID
    user_name: str
    since: datetime
    until: datetime = Field(description="over by then, unless it is renewed")


class ClaimsOut(Schema):
    items: list[ClaimOut]


class OfferOut(Schema):
    incident_id: UUID
    number: int
    user_id: UUID
    user_name: str
    at: datetime
    why: str


class OffersOut(Schema):
    items: list[OfferOut]


class DeskOut(Schema):
    user_id: UUID
    user_name: str
    seen_at: datetime | None = Field(description="last sign of life of a session")
    break_since: datetime | None
    looks_at: list[ClaimOut]
    offered: list[OfferOut]
    in_hand: int = Field(description="by severity: a critical incident weighs five")


class WaitingOut(Schema):
    id: UUID
    number: int
    title: str
    severity: SeverityOut
    is_life_safety: bool
    site_name: str | None
    waits_since: datetime


class FloorOut(Schema):
    desks: list[DeskOut]
    unclaimed: int = Field(description="new incidents that nobody looks at")
    waiting: list[WaitingOut] = Field(
        description="of these, the longest waiting first; at most 200"
    )


class BreakOut(Schema):
    started_at: datetime


@router.post("/incidents/{incident_id}/claim", auth=needs(ACK_ALERTS), response=ClaimOut)
def claim(request: HttpRequest, incident_id: UUID) -> dict[str, Any]:
    """Look at an incident for two minutes; send it again to go on. 409 tells who else does."""
    viewer = viewer_of(request)
    incident = partial.whole(viewer.scope, incident_id)
    return selectors.told(services.claim(incident, by=viewer.actor, now=timezone.now()))


@router.post("/incidents/{incident_id}/claim/leave", auth=needs(ACK_ALERTS), response={204: None})
def leave(request: HttpRequest, incident_id: UUID) -> Status[None]:
    viewer = viewer_of(request)
    incident = partial.whole(viewer.scope, incident_id)
    services.leave(incident, by=viewer.actor, now=timezone.now())
    return Status(204, None)


@router.post(
    "/incidents/{incident_id}/claim/take-over", auth=needs(ASSIGN_INCIDENTS), response=ClaimOut
)
def take_over(request: HttpRequest, incident_id: UUID) -> dict[str, Any]:
    """Look at it in the place of whoever does; they are told."""
    viewer = viewer_of(request)
    incident = partial.whole(viewer.scope, incident_id)
    return selectors.told(services.take_over(incident, by=viewer.actor, now=timezone.now()))


@router.get("/claims", auth=needs(VIEW), response=ClaimsOut)
def list_claims(request: HttpRequest) -> dict[str, Any]:
    """Who looks at what now."""
    found = selectors.claims(viewer_of(request).scope, after=timezone.now())
    return {"items": [selectors.told(one) for one in found]}


@router.get("/offers", auth=needs(VIEW), response=OffersOut)
def list_offers(request: HttpRequest) -> dict[str, Any]:
    """What is offered to whom now, and why."""
    found = selectors.offers(viewer_of(request).scope)
    return {"items": [selectors.told_offer(one) for one in found]}


@router.get("/desks", auth=needs(ASSIGN_INCIDENTS), response=FloorOut)
def show_desks(request: HttpRequest) -> dict[str, Any]:
    """Who is there, what they look at, and what waits for somebody to look."""
    scope, now = viewer_of(request).scope, timezone.now()
    there = selectors.desks(scope, now)
    weights = selectors.in_hand([one.user.pk for one in there], now)
    return {
        "desks": [_desk(one, weights[one.user.pk]) for one in there],
        "unclaimed": selectors.unclaimed(scope, now).count(),
        "waiting": selectors.longest_waiting(scope, now, most=MOST_SHOWN),
    }


@router.post("/desks/break", auth=needs(ACK_ALERTS), response=BreakOut)
def start_break(request: HttpRequest) -> Any:
    """Be away from one's desk; what one looked at is free for others."""
    return services.start_break(by=viewer_of(request).actor, now=timezone.now())


@router.post("/desks/break/end", auth=needs(ACK_ALERTS), response={204: None})
def end_break(request: HttpRequest) -> Status[None]:
    services.end_break(by=viewer_of(request).actor, now=timezone.now())
    return Status(204, None)


def _desk(desk: selectors.Desk, in_hand: int) -> dict[str, Any]:
    return {
        "user_id": desk.user.pk,
        "user_name": str(desk.user),
        "seen_at": desk.seen_at,
        "break_since": desk.break_since,
        "looks_at": [selectors.told(one) for one in desk.claims],
        "offered": [selectors.told_offer(one) for one in desk.offers],
        "in_hand": in_hand,
    }
