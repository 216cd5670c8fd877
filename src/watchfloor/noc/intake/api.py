"""Templates of `/ingest/json/<name>` and the quarantine over HTTP."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from watchfloor.noc.intake import mapping, selectors, services
from watchfloor.noc.intake.capturing import MOST_BODIES
from watchfloor.noc.intake.models import Capture, CapturedBody, IntakeRecord, PayloadMapping
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["intake"], auth=needs(CONFIGURE))


class MappingIn(Schema):
    items: str = Field(
        "", max_length=200, description="path of the list of alerts; empty where the body is one"
    )
    fields: dict[str, str] = Field(description="an expression over `item` and `body` for each")


class MappingOut(MappingIn):
    name: str
    address: str
    created_at: datetime


class CaptureIn(Schema):
    name: str = Field(max_length=60, description="as in `/ingest/json/{name}`")


class CaptureOut(CaptureIn):
    until: datetime
    bodies: int


class BodyIn(Schema):
    body: Any = Field(description="a payload as the sender would send it")


class BodyOut(BodyIn):
    id: UUID
    received_at: datetime


class BodiesOut(Schema):
    items: list[BodyOut]


class PreviewIn(MappingIn):
    body: Any = Field(description="a payload as the sender would send it")


class PreviewOut(Schema):
    alerts: list[dict[str, Any]]
    rejected: list[dict[str, Any]]


class QuarantinedOut(Schema):
    """A report that could not be worked. `alert_type` is empty where it cannot even be read."""

    event_id: UUID
    received_at: datetime
    quarantined_at: datetime
    error: str
    alert_type: str
    message: str


@router.get("/mappings", response=Page[MappingOut])
def list_mappings(request: HttpRequest, paging: Query[PageQuery]) -> Any:
    whole_tenant(request)
    return page(request, paging, selectors.mappings(), order=("name",), render=_mapping)


@router.post("/mappings/preview", response=PreviewOut)
def preview(request: HttpRequest, body: PreviewIn) -> Any:
    """Show what a payload would become; nothing is kept."""
    whole_tenant(request)
    return services.preview(
        items=body.items,
        fields=body.fields,
        body=json.dumps(body.body).encode(),
        now=timezone.now(),
    )


@router.get("/mappings/{name}", response=MappingOut)
def show_mapping(request: HttpRequest, name: str) -> Any:
    whole_tenant(request)
    return _mapping(selectors.mapping(name))


@router.put("/mappings/{name}", response=MappingOut)
def save_mapping(request: HttpRequest, name: str, body: MappingIn) -> Any:
    """Make the template, or put another in its place."""
    return _mapping(
        services.save_mapping(
            name, items=body.items, fields=body.fields, by=_by(request), now=timezone.now()
        )
    )


@router.delete("/mappings/{name}", response={204: None})
def delete_mapping(request: HttpRequest, name: str) -> Any:
    services.delete_mapping(name, by=_by(request), now=timezone.now())
    return Status(204, None)


@router.get("/captures", response=Page[CaptureOut])
def list_captures(request: HttpRequest, paging: Query[PageQuery]) -> Any:
    """Names of which bodies are kept for a day, so that they can be mapped."""
    whole_tenant(request)
    return page(request, paging, selectors.captures(), order=("name",), render=_capture)


@router.post("/captures", response={201: CaptureOut})
def start_capture(request: HttpRequest, body: CaptureIn) -> Any:
    """Keep what comes to `/ingest/json/{name}` for 24 hours: the last 100, secrets masked."""
    mapping.start(body.name, by=_by(request), now=timezone.now())
    return Status(201, _capture(selectors.capture(body.name)))


@router.get("/captures/{name}", response=CaptureOut)
def show_capture(request: HttpRequest, name: str) -> Any:
    whole_tenant(request)
    return _capture(selectors.capture(name))


@router.delete("/captures/{name}", response={204: None})
def stop_capture(request: HttpRequest, name: str) -> Any:
    """Keep no more of the name, and forget what was kept."""
    mapping.stop(name, by=_by(request), now=timezone.now())
    return Status(204, None)


@router.get("/captures/{name}/bodies", response=BodiesOut)
def list_bodies(request: HttpRequest, name: str) -> Any:
    """The last hundred, the latest first."""
    whole_tenant(request)
    kept = selectors.captured(selectors.capture(name).name)
    return {"items": [_body(row) for row in kept[:MOST_BODIES]]}


@router.post("/captures/{name}/bodies", response={201: BodyOut})
def add_body(request: HttpRequest, name: str, body: BodyIn) -> Any:
    """Keep a body that was not sent, beside those that were."""
    return Status(201, _body(mapping.add(name, body.body, by=_by(request), now=timezone.now())))


@router.get("/quarantine", response=Page[QuarantinedOut])
def list_quarantine(request: HttpRequest, paging: Query[PageQuery]) -> Any:
    whole_tenant(request)
    rows = selectors.quarantined()
    return page(request, paging, rows, order=("event_id",), render=_quarantined)


@router.get("/quarantine/{event_id}", response=QuarantinedOut)
def show_quarantined(request: HttpRequest, event_id: UUID) -> Any:
    whole_tenant(request)
    return _quarantined(selectors.quarantined_report(event_id))


@router.post("/quarantine/{event_id}/replay", response={202: None})
def replay(request: HttpRequest, event_id: UUID) -> Any:
    """Give the report another try."""
    services.replay(event_id, by=_by(request), now=timezone.now())
    return Status(202, None)


def _mapping(row: PayloadMapping) -> dict[str, Any]:
    return {
        "name": row.name,
        "items": row.items,
        "fields": row.fields,
        "address": f"/ingest/json/{row.name}",
        "created_at": row.created_at,
    }


def _capture(row: Capture) -> dict[str, Any]:
    return {"name": row.name, "until": row.until, "bodies": row.kept}  # type: ignore[attr-defined]


def _body(row: CapturedBody) -> dict[str, Any]:
    return {"id": row.pk, "received_at": row.received_at, "body": json.loads(bytes(row.body))}


def _quarantined(row: IntakeRecord) -> dict[str, Any]:
    alert_type, message = selectors.told_by(row)
    return {
        "event_id": row.event_id,
        "received_at": row.received_at,
        "quarantined_at": row.quarantined_at,
        "error": row.error or "",
        "alert_type": alert_type,
        "message": message,
    }


def _by(request: HttpRequest) -> Actor:
    return whole_tenant(request).actor
