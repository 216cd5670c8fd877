"""Presence over HTTP: the shifts that go on, how each is manned, and what guards phone in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import AwareDatetime, Field, StringConstraints

from watchfloor.aiops.presence import Presence
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.paging import Page, PageQuery, page
from watchfloor.sensing.presence import selectors, services
from watchfloor.sensing.presence.rows import row_of

router = Router(tags=["presence"], auth=needs(VIEW))


Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class PresenceQuery(PageQuery):
    site: str = Field("", max_length=100, description="code")
    short: bool = Field(False, description="only those that lack somebody")


class SomebodyOut(Schema):
    person: str = Field(description="code")
    presence: Presence
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    on_break_since: datetime | None


class MannedOut(Schema):
    id: UUID = Field(description="of the shift")
    shift: str = Field(description="code")
    site: str | None = Field(description="code")
    post: str
    starts_at: datetime
    ends_at: datetime
    required: int
    here: int
    short: int = Field(description="how many are lacking, once whoever comes is late")
    people: list[SomebodyOut]


class PhonedIn(Schema):
    person: Code = Field(description="code")


class PunchIn(PhonedIn):
    at: AwareDatetime | None = Field(None, description="none: now")


class LeaveIn(PhonedIn):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


class PhonedOut(Schema):
    event_id: str


@router.get("/presence", response=Page[MannedOut])
def list_presence(request: HttpRequest, asked: Query[PresenceQuery]) -> dict[str, Any]:
    """Return the shifts that go on or begin within half an hour, those that lack somebody first."""
    now = timezone.now()
    found = selectors.going_on(viewer_of(request).scope, now, site=asked.site)
    found = selectors.short(found) if asked.short else found
    order = selectors.ORDER
    return page(request, asked, found, order=order, render=lambda shift: row_of(shift, now))


@router.get("/presence/{shift_id}", response=MannedOut)
def show_presence(request: HttpRequest, shift_id: UUID) -> dict[str, Any]:
    now = timezone.now()
    return row_of(selectors.one(viewer_of(request).scope, shift_id, now), now)


@router.post("/presence/{shift_id}/check-in", auth=needs(ACK_ALERTS), response={202: PhonedOut})
def check_in_by_phone(request: HttpRequest, shift_id: UUID, body: PunchIn) -> Status[Any]:
    """Tell that somebody is on the shift, who has no terminal to say so."""
    return _punch(request, shift_id, "check_in", body)


@router.post("/presence/{shift_id}/check-out", auth=needs(ACK_ALERTS), response={202: PhonedOut})
def check_out_by_phone(request: HttpRequest, shift_id: UUID, body: PunchIn) -> Status[Any]:
    """Tell that somebody has left the shift."""
    return _punch(request, shift_id, "check_out", body)


@router.post("/presence/{shift_id}/leave", auth=needs(ACK_ALERTS), response={202: PhonedOut})
def miss_shift(request: HttpRequest, shift_id: UUID, body: LeaveIn) -> Status[Any]:
    """Tell that somebody who stands on the shift will not come to it."""
    viewer, now = viewer_of(request), timezone.now()
    shift = selectors.one(viewer.scope, shift_id, now)
    told = services.leave(shift, **body.model_dump(), by=viewer.actor, now=now)
    return Status(202, {"event_id": told})


def _punch(
    request: HttpRequest, shift_id: UUID, kind: Literal["check_in", "check_out"], body: PunchIn
) -> Status[Any]:
    viewer, now = viewer_of(request), timezone.now()
    shift = selectors.one(viewer.scope, shift_id, now)
    told = services.punch(shift, kind, **body.model_dump(), by=viewer.actor, now=now)
    return Status(202, {"event_id": told})
