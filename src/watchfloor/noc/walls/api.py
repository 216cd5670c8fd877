"""Walls over HTTP: for those who may configure, over the places where they may."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from watchfloor.noc.walls import selectors, services
from watchfloor.noc.walls.models import LONGEST_NAME, Wall
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["walls"], auth=needs(CONFIGURE))


class WallIn(Schema):
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    client_id: UUID | None = None
    site_id: UUID | None = Field(None, description="neither: all of what you may configure")
    days: int = Field(services.USUAL_DAYS, ge=1, le=services.MOST_DAYS)


class WallOut(Schema):
    id: UUID
    name: str
    client_id: UUID | None
    site_id: UUID | None
    made_by_id: UUID
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="to the minute")


class NewWallOut(WallOut):
    path: str = Field(description="opens the wall; shown this once")


@router.get("/walls", response=Page[WallOut])
def list_walls(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    rows = selectors.walls(viewer_of(request))
    return page(request, paging, rows, order=("-made_at", "-id"), render=_same)


@router.post("/walls", response={201: NewWallOut})
def make_wall(request: HttpRequest, body: WallIn) -> Status[dict[str, Any]]:
    """Make the address of a screen that shows how the floor stands, without anybody's name."""
    made, token = services.make(**body.dict(), viewer=viewer_of(request), now=timezone.now())
    told = WallOut.from_orm(made).dict()
    return Status(201, {**told, "path": f"/wall/{token}"})


@router.get("/walls/{wall_id}", response=WallOut)
def show_wall(request: HttpRequest, wall_id: UUID) -> Wall:
    return selectors.wall(viewer_of(request), wall_id)


@router.post("/walls/{wall_id}/revoke", response=WallOut)
def revoke_wall(request: HttpRequest, wall_id: UUID) -> Wall:
    return services.revoke(wall_id, viewer=viewer_of(request), now=timezone.now())


def _same(wall: Wall) -> Wall:
    return wall
