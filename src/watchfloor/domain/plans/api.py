"""Floor plans over HTTP: their pictures, and where devices are on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from watchfloor.domain.devices.models import Device
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.org.models import Site
from watchfloor.domain.plans import selectors, services
from watchfloor.domain.plans.models import Placement, Plan
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound
from watchfloor.platform.paging import Page, PageQuery, page
from watchfloor.platform.streaming import download

router = Router(tags=["floor plans"])
BYTES = {"type": "string", "format": "binary"}
PICTURE = {"requestBody": {"content": {"application/octet-stream": {"schema": BYTES}}}}
LOWEST, HIGHEST = -100, 300


class PlanQuery(PageQuery):
    site_id: UUID | None = None


class NewPlan(Schema):
    name: str = Field("", max_length=100, description="as people call it, such as Ground floor")
    level: int = Field(0, ge=LOWEST, le=HIGHEST, description="0 is the ground, -1 below it")


class PlanIn(Schema):
    name: str = Field(max_length=100)
    level: int = Field(0, ge=LOWEST, le=HIGHEST)


class PlanOut(Schema):
    id: UUID
    site_id: UUID
    name: str
    level: int
    media_type: str
    width: int
    height: int
    created_at: datetime


class Position(Schema):
    x: float = Field(ge=0, le=1, description="part of the width, from the left")
    y: float = Field(ge=0, le=1, description="part of the height, from the top")


class PlacementOut(Position):
    device_id: UUID


@router.get("/plans", auth=needs(VIEW), response=Page[PlanOut])
def list_plans(request: HttpRequest, asked: Query[PlanQuery]) -> dict[str, Any]:
    found = selectors.plans_for(viewer_of(request).scope)
    if asked.site_id:
        found = found.filter(site_id=asked.site_id)
    return page(request, asked, found, order=("site_id", "-level", "id"), render=lambda row: row)


@router.post(
    "/sites/{site_id}/plans",
    auth=needs(CONFIGURE),
    response={201: PlanOut},
    openapi_extra=PICTURE,
)
def add_plan(request: HttpRequest, site_id: UUID, told: Query[NewPlan]) -> Status[Plan]:
    """Make a floor plan of a site: the request's body is the picture, a PNG, JPEG or WebP."""
    viewer = viewer_of(request)
    site = _site(viewer.scope, site_id)
    made = services.add(
        site, request, name=told.name, level=told.level, by=viewer.actor, now=timezone.now()
    )
    return Status(201, made)


@router.get("/plans/{plan_id}", auth=needs(VIEW), response=PlanOut)
def show_plan(request: HttpRequest, plan_id: UUID) -> Plan:
    return selectors.one(viewer_of(request).scope, plan_id)


@router.put("/plans/{plan_id}", auth=needs(CONFIGURE), response=PlanOut)
def change_plan(request: HttpRequest, plan_id: UUID, body: PlanIn) -> Plan:
    viewer = viewer_of(request)
    plan = selectors.one(viewer.scope, plan_id)
    return services.change(
        plan, name=body.name, level=body.level, by=viewer.actor, now=timezone.now()
    )


@router.delete("/plans/{plan_id}", auth=needs(CONFIGURE), response={204: None})
def remove_plan(request: HttpRequest, plan_id: UUID) -> Status[None]:
    """Remove a floor plan with its picture and all placements on it."""
    viewer = viewer_of(request)
    services.remove(selectors.one(viewer.scope, plan_id), by=viewer.actor, now=timezone.now())
    return Status(204, None)


@router.get("/plans/{plan_id}/picture", auth=needs(VIEW), response={200: bytes})
def plan_picture(request: HttpRequest, plan_id: UUID) -> StreamingHttpResponse:
    plan = selectors.one(viewer_of(request).scope, plan_id)
    file = services.open_picture(plan)
    return download(request, file, name=plan.name, media_type=plan.media_type)


@router.get("/plans/{plan_id}/devices", auth=needs(VIEW), response=list[PlacementOut])
def list_placements(request: HttpRequest, plan_id: UUID) -> list[Placement]:
    """List where the devices are on a floor plan."""
    scope = viewer_of(request).scope
    devices = selectors.devices_of(scope, selectors.one(scope, plan_id))
    return [device.placement for device in devices.placed]


@router.put("/plans/{plan_id}/devices/{device_id}", auth=needs(CONFIGURE), response=PlacementOut)
def place_device(request: HttpRequest, plan_id: UUID, device_id: UUID, body: Position) -> Placement:
    """Say where a device is; it leaves the plan on which it stood before."""
    viewer = viewer_of(request)
    plan = selectors.one(viewer.scope, plan_id)
    device = _device(viewer.scope, device_id)
    return services.place(plan, device, x=body.x, y=body.y, by=viewer.actor, now=timezone.now())


@router.delete("/plans/{plan_id}/devices/{device_id}", auth=needs(CONFIGURE), response={204: None})
def take_device_off(request: HttpRequest, plan_id: UUID, device_id: UUID) -> Status[None]:
    viewer = viewer_of(request)
    plan = selectors.one(viewer.scope, plan_id)
    services.take_off(plan, _device(viewer.scope, device_id), by=viewer.actor, now=timezone.now())
    return Status(204, None)


def _site(scope: Scope, site_id: UUID) -> Site:
    found = inventory.sites_for(scope).filter(pk=site_id).first()
    if found is None:
        raise NotFound("There is no such site.")
    return found


def _device(scope: Scope, device_id: UUID) -> Device:
    found = inventory.devices_for(scope).filter(pk=device_id).first()
    if found is None:
        raise NotFound("There is no such device.")
    return found
