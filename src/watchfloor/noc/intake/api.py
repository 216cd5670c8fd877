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

from watchfloor.aiops.alerts.report import decode
from watchfloor.aiops.errors import ReportError
from watchfloor.noc.intake import selectors, services
from watchfloor.noc.intake.models import IntakeRecord, PayloadMapping
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


def _quarantined(row: IntakeRecord) -> dict[str, Any]:
    told = {"alert_type": "", "message": ""}
    try:
        report = decode(bytes(row.body))
        told = {"alert_type": report.alert_type, "message": report.message}
    except ReportError as error:
        told["message"] = str(error)
    return {
        "event_id": row.event_id,
        "received_at": row.received_at,
        "quarantined_at": row.quarantined_at,
        "error": row.error or "",
        **told,
    }


def _by(request: HttpRequest) -> Actor:
    return whole_tenant(request).actor
