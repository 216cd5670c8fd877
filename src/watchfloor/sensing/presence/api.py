"""Presence over HTTP: the shifts that go on, and how each is manned."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from watchfloor.aiops.presence import Presence
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.paging import Page, PageQuery, page
from watchfloor.sensing.presence import selectors
from watchfloor.sensing.presence.rows import row_of

router = Router(tags=["presence"], auth=needs(VIEW))


class PresenceQuery(PageQuery):
    site: str = Field("", max_length=100, description="code")


class SomebodyOut(Schema):
    person: str = Field(description="code")
    presence: Presence
    checked_in_at: datetime | None
    checked_out_at: datetime | None


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


@router.get("/presence", response=Page[MannedOut])
def list_presence(request: HttpRequest, asked: Query[PresenceQuery]) -> dict[str, Any]:
    """Return the shifts that go on or begin within half an hour."""
    now = timezone.now()
    found = selectors.going_on(viewer_of(request).scope, now, site=asked.site)
    order = selectors.ORDER
    return page(request, asked, found, order=order, render=lambda shift: row_of(shift, now))


@router.get("/presence/{shift_id}", response=MannedOut)
def show_presence(request: HttpRequest, shift_id: UUID) -> dict[str, Any]:
    now = timezone.now()
    return row_of(selectors.one(viewer_of(request).scope, shift_id, now), now)
