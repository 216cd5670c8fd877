"""On test over HTTP: what is, put a place on it, end it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts import tested, testing
from watchfloor.noc.alerts.testing import Place
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import PUT_ON_TEST, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import Invalid
from watchfloor.platform.paging import Page

router = Router(tags=["quiet"])


class TestIn(Schema):
    """Name a site, a zone of a site, or a device; and `minutes` or `until`."""

    site_id: UUID | None = None
    zone: str = Field("", max_length=100, description="as the panel names it: label or entity")
    device: str = Field("", max_length=200, description="id or code")
    minutes: int | None = Field(None, ge=1, le=1440)
    until: AwareDatetime | None = None
    caller: str = Field("", max_length=200, description="who works there and called")


class TestOut(Schema):
    id: UUID
    place: str
    client_id: UUID | None
    site_id: UUID | None
    site_name: str
    zone: str
    caller: str
    by: str
    starts_at: datetime
    ends_at: datetime
    signals: int = Field(description="alerts that were kept quiet by it")


@router.get("/tests", auth=needs(VIEW), response=Page[TestOut])
def list_tests(request: HttpRequest) -> dict[str, Any]:
    found = tested.under_way(viewer_of(request).scope, timezone.now())
    counted = tested.signals(found)
    return {"items": [_out(one, counted) for one in found], "next": None}


@router.get("/tests/{test_id}", auth=needs(VIEW), response=TestOut)
def show_test(request: HttpRequest, test_id: UUID) -> dict[str, Any]:
    found = tested.one(viewer_of(request).scope, test_id)
    return _out(found, tested.signals([found]))


@router.post("/tests", auth=needs(PUT_ON_TEST), response={201: TestOut})
def start_test(request: HttpRequest, body: TestIn) -> Status[dict[str, Any]]:
    """Keep quiet what a place says until a time, a day at most; but not life safety."""
    viewer, now = viewer_of(request), timezone.now()
    until = now + timedelta(minutes=body.minutes) if body.minutes else body.until
    if until is None:
        raise Invalid("Say how long.", fields={"until": "send minutes or until"})
    place = _place(body, viewer.scope)
    made = testing.start(place, until=until, caller=body.caller, by=viewer.actor, now=now)
    return Status(201, _out(tested.one(viewer.scope, made.pk), {}))


@router.delete("/tests/{test_id}", auth=needs(PUT_ON_TEST), response={204: None})
def end_test(request: HttpRequest, test_id: UUID) -> Status[None]:
    viewer = viewer_of(request)
    found = tested.one(viewer.scope, test_id)
    testing.end(found.id, by=viewer.actor, now=timezone.now())
    return Status(204, None)


def _place(body: TestIn, scope: Scope) -> Place:
    """Return what is to be tested. Raises: Invalid for what is not there for the viewer."""
    if body.device:
        device = _device(body.device)
        site = device.site if device else None
        if device is None or site is None or not scope.covers(site.client_id, site.pk):
            raise Invalid("There is no such device.", fields={"device": "name a device of yours"})
        return Place(site, device)
    sites = Site.objects.filter(is_active=True)
    site = sites.filter(pk=body.site_id).first() if body.site_id else None
    if site is None or not scope.covers(site.client_id, site.pk):
        raise Invalid("There is no such site.", fields={"site_id": "name a site of yours"})
    return Place(site, zone=body.zone.strip())


def _device(named: str) -> Device | None:
    devices = Device.objects.select_related("site").filter(is_active=True)
    try:
        return devices.filter(Q(pk=UUID(named)) | Q(code=named)).first()
    except ValueError:
        return devices.filter(code=named).first()


def _out(test: tested.Test, signals: Mapping[UUID, int]) -> dict[str, Any]:
    names = TestOut.model_fields.keys() - {"signals"}
    return {name: getattr(test, name) for name in names} | {"signals": signals.get(test.id, 0)}
