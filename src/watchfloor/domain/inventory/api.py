"""Clients, sites, devices and people over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from watchfloor.domain.inventory import selectors, services, sheets
from watchfloor.domain.inventory.specs import ClientSpec, DeviceSpec, PersonSpec, SiteSpec
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.naming.rows import MODELS
from watchfloor.platform.accounts.api.request import viewer_of, whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import Invalid, NotFound
from watchfloor.platform.importing import ImportOut
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["inventory"])
_Row = TypeVar("_Row", bound=Model)


class InventoryQuery(PageQuery):
    q: str = Field("", max_length=200, description="part of a code or name")
    verified: bool | None = None


class SiteQuery(InventoryQuery):
    client_id: UUID | None = None
    near: str = Field("", max_length=60, description="latitude,longitude; with within_km")
    within_km: float = Field(10.0, gt=0, le=20_000)


class RowOut(Schema):
    id: UUID
    code: str
    name: str
    is_verified: bool
    origin: str


class ClientOut(RowOut):
    tier: str
    value: float


class SiteOut(RowOut):
    client_id: UUID | None
    parent_id: UUID | None
    time_zone: str
    criticality: int
    latitude: float | None
    longitude: float | None
    radius_m: float
    region: str
    feeder: str
    carrier: str


class DeviceOut(RowOut):
    kind: str
    model: str
    site_id: UUID | None
    parent_id: UUID | None
    installed_on: date | None
    serial: str
    beat_seconds: float | None


class PersonOut(Schema):
    """Name and contacts, and a code that only senders gave, are there for who may see persons."""

    id: UUID
    code: str | None
    is_verified: bool
    home_site_id: UUID | None
    name: str | None = None
    phone: str | None = None
    email: str | None = None


class ImportIn(Schema):
    clients: list[dict[str, Any]] = []
    sites: list[dict[str, Any]] = []
    devices: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    dry_run: bool = False


class TableIn(Schema):
    csv: str = Field(max_length=4_000_000)
    dry_run: bool = False


@router.get("/clients", auth=needs(VIEW), response=Page[ClientOut])
def list_clients(request: HttpRequest, paging: Query[InventoryQuery]) -> dict[str, Any]:
    rows = selectors.clients_for(viewer_of(request).scope)
    rows = selectors.matching(rows, paging.q, verified=paging.verified)
    return page(request, paging, rows, order=("code", "id"), render=_itself)


# Before the address with an id in it, which would take the word for one.
@router.post("/sites/import", auth=needs(CONFIGURE), response={200: ImportOut, 422: ImportOut})
def import_sites(request: HttpRequest, body: TableIn) -> Status[dict[str, Any]]:
    """Take in a table of sites, and make the clients that it names and nobody knows."""
    by = whole_tenant(request).actor
    tables = sheets.read_sites(body.csv)
    report = services.import_inventory(tables, by=by, now=timezone.now(), dry_run=body.dry_run)
    return Status(422 if report.errors else 200, asdict(report))


@router.get("/sites", auth=needs(VIEW), response=Page[SiteOut])
def list_sites(request: HttpRequest, paging: Query[SiteQuery]) -> dict[str, Any]:
    rows = selectors.sites_for(viewer_of(request).scope)
    rows = selectors.matching(rows, paging.q, verified=paging.verified)
    if paging.client_id:
        rows = rows.filter(client_id=paging.client_id)
    if paging.near:
        rows = selectors.near(rows, *_position(paging.near), paging.within_km)
    return page(request, paging, rows, order=("code", "id"), render=_itself)


@router.get("/devices", auth=needs(VIEW), response=Page[DeviceOut])
def list_devices(request: HttpRequest, paging: Query[InventoryQuery]) -> dict[str, Any]:
    rows = selectors.devices_for(viewer_of(request).scope)
    rows = selectors.matching(rows, paging.q, verified=paging.verified)
    return page(request, paging, rows, order=("code", "id"), render=_itself)


@router.get("/people", auth=needs(VIEW), response=Page[PersonOut])
def list_people(request: HttpRequest, paging: Query[InventoryQuery]) -> dict[str, Any]:
    viewer = viewer_of(request)
    within = viewer.names_within
    rows = selectors.people_for(viewer.scope)
    rows = selectors.people_matching(rows, paging.q, within, verified=paging.verified)
    # The place in a list by code would tell a code that may not be read.
    order = ("code", "id") if within.all_clients else ("id",)
    return page(
        request, paging, rows, order=order, render=lambda row: selectors.person_row(row, within)
    )


@router.get("/people/{row_id}", auth=needs(VIEW), response=PersonOut)
def show_person(request: HttpRequest, row_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    person = _one(selectors.people_for(viewer.scope), row_id)
    row = selectors.person_row(person, viewer.names_within)
    if "name" in row:
        services.note_reading(person, by=viewer.actor, now=timezone.now())
    return row


@router.get("/clients/{row_id}", auth=needs(VIEW), response=ClientOut)
def show_client(request: HttpRequest, row_id: UUID) -> Model:
    return _one(selectors.clients_for(viewer_of(request).scope), row_id)


@router.get("/sites/{row_id}", auth=needs(VIEW), response=SiteOut)
def show_site(request: HttpRequest, row_id: UUID) -> Model:
    return _one(selectors.sites_for(viewer_of(request).scope), row_id)


@router.get("/devices/{row_id}", auth=needs(VIEW), response=DeviceOut)
def show_device(request: HttpRequest, row_id: UUID) -> Model:
    return _one(selectors.devices_for(viewer_of(request).scope), row_id)


@router.post("/clients", auth=needs(CONFIGURE), response=ClientOut)
def save_client(request: HttpRequest, row: ClientSpec) -> Model:
    return _save(request, InventoryKind.CLIENT, row)


@router.post("/sites", auth=needs(CONFIGURE), response=SiteOut)
def save_site(request: HttpRequest, row: SiteSpec) -> Model:
    return _save(request, InventoryKind.SITE, row)


@router.post("/devices", auth=needs(CONFIGURE), response=DeviceOut)
def save_device(request: HttpRequest, row: DeviceSpec) -> Model:
    return _save(request, InventoryKind.DEVICE, row)


@router.post("/people", auth=needs(CONFIGURE), response=RowOut)
def save_person(request: HttpRequest, row: PersonSpec) -> Model:
    return _save(request, InventoryKind.PERSON, row)


@router.delete("/clients/{row_id}", auth=needs(CONFIGURE), response={204: None})
def retire_client(request: HttpRequest, row_id: UUID) -> Status[None]:
    return _retire(request, InventoryKind.CLIENT, row_id)


@router.delete("/sites/{row_id}", auth=needs(CONFIGURE), response={204: None})
def retire_site(request: HttpRequest, row_id: UUID) -> Status[None]:
    return _retire(request, InventoryKind.SITE, row_id)


@router.delete("/devices/{row_id}", auth=needs(CONFIGURE), response={204: None})
def retire_device(request: HttpRequest, row_id: UUID) -> Status[None]:
    return _retire(request, InventoryKind.DEVICE, row_id)


@router.delete("/people/{row_id}", auth=needs(CONFIGURE), response={204: None})
def retire_person(request: HttpRequest, row_id: UUID) -> Status[None]:
    return _retire(request, InventoryKind.PERSON, row_id)


@router.post("/inventory/import", auth=needs(CONFIGURE), response={200: ImportOut, 422: ImportOut})
def import_rows(request: HttpRequest, body: ImportIn) -> Status[dict[str, Any]]:
    whole_tenant(request)
    tables = {
        InventoryKind.CLIENT: body.clients,
        InventoryKind.SITE: body.sites,
        InventoryKind.DEVICE: body.devices,
        InventoryKind.PERSON: body.people,
    }
    report = services.import_inventory(
        tables, by=viewer_of(request).actor, now=timezone.now(), dry_run=body.dry_run
    )
    return Status(422 if report.errors else 200, asdict(report))


def _itself(row: Model) -> Model:
    return row


def _one(rows: QuerySet[_Row], row_id: UUID) -> _Row:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound("There is no such row.")
    return row


def _save(request: HttpRequest, kind: InventoryKind, row: Schema) -> Model:
    whole_tenant(request)
    values = row.model_dump(exclude_unset=True)
    return services.save(kind, values, by=viewer_of(request).actor, now=timezone.now())


def _retire(request: HttpRequest, kind: InventoryKind, row_id: UUID) -> Status[None]:
    whole_tenant(request)
    row = _one(MODELS[kind].objects.filter(is_active=True), row_id)
    services.retire(row, by=viewer_of(request).actor, now=timezone.now())
    return Status(204, None)


def _position(text: str) -> tuple[float, float]:
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid(
            "`near` is no position.", fields={"near": "send latitude,longitude"}
        ) from None
    return latitude, longitude
