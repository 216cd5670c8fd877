"""Configurations and rehearsals over HTTP. A rehearsal shows all clients: it is for all-clients
grants only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from watchfloor.noc.rehearsal import selectors, services
from watchfloor.noc.rehearsal.models import ClusteringConfiguration, Rehearsal, RehearsalState
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["rehearsals"], auth=needs(CONFIGURE))
USUAL_DAYS = 7


class ConfigurationIn(Schema):
    document: dict[str, Any] = Field(description='what differs, as {"clustering": {...}}')
    note: str = Field("", max_length=services.LONGEST_NOTE)


class ConfigurationOut(Schema):
    id: UUID
    version: int
    document: dict[str, Any]
    note: str
    created_at: datetime
    created_by_kind: str
    created_by_id: str
    enabled_at: datetime | None
    superseded_at: datetime | None
    is_enabled: bool


class RollBackOut(Schema):
    enabled: ConfigurationOut | None = Field(description="null: what is shipped decides")


class RehearsalIn(Schema):
    days: int = Field(USUAL_DAYS, ge=1, le=400, description="back from now, or from ends_at")
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    configuration_id: UUID | None = None
    document: dict[str, Any] | None = Field(None, description="in place of configuration_id")
    operators: int = Field(1, ge=1, le=services.MOST_OPERATORS)


class RehearsalOut(Schema):
    id: UUID
    starts_at: datetime
    ends_at: datetime
    candidate: dict[str, Any]
    current: dict[str, Any]
    configuration_id: UUID | None
    operators: int
    state: RehearsalState
    reports_done: int
    reports_total: int
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RehearsalDetailOut(RehearsalOut):
    result: dict[str, Any] | None


@router.get("/configurations", response=Page[ConfigurationOut])
def list_configurations(request: HttpRequest, paging: Query[PageQuery]) -> Any:
    whole_tenant(request)
    found = selectors.configurations()
    return page(request, paging, found, order=("-version", "-id"), render=_itself)


@router.post("/configurations", response={201: ConfigurationOut})
def draft(request: HttpRequest, body: ConfigurationIn) -> Any:
    """Keep a document as the next version; nothing decides by it yet."""
    made = services.draft(body.document, note=body.note, by=_by(request), now=timezone.now())
    return Status(201, made)


# Before the address with an id in it, which would take the word for one.
@router.post("/configurations/roll-back", response=RollBackOut)
def roll_back(request: HttpRequest) -> Any:
    """Enable the newest older version that once decided."""
    return {"enabled": services.roll_back(by=_by(request), now=timezone.now())}


@router.get("/configurations/{configuration_id}", response=ConfigurationOut)
def show_configuration(request: HttpRequest, configuration_id: UUID) -> Any:
    whole_tenant(request)
    return selectors.configuration(configuration_id)


@router.post("/configurations/{configuration_id}/enable", response=ConfigurationOut)
def enable(request: HttpRequest, configuration_id: UUID) -> Any:
    """Decide by this version from the next batch on."""
    return services.enable(configuration_id, by=_by(request), now=timezone.now())


@router.get("/rehearsals", response=Page[RehearsalOut])
def list_rehearsals(request: HttpRequest, paging: Query[PageQuery]) -> Any:
    whole_tenant(request)
    found = selectors.rehearsals()
    return page(request, paging, found, order=("-created_at", "-id"), render=_itself)


@router.post("/rehearsals", response={202: RehearsalOut})
def ask(request: HttpRequest, body: RehearsalIn) -> Any:
    """Replay a period under a candidate; how far it is, and the result, its own address tells.

    A worker takes it up within seconds.
    """
    now = timezone.now()
    by = _by(request)
    ends_at = body.ends_at or now
    chosen = selectors.configuration(body.configuration_id) if body.configuration_id else None
    document = body.document if body.document is not None else (chosen.document if chosen else {})
    made = services.rehearse(
        starts_at=body.starts_at or ends_at - timedelta(days=body.days),
        ends_at=ends_at,
        document=document,
        operators=body.operators,
        configuration=chosen if body.document is None else None,
        by=by,
        now=now,
    )
    return Status(202, made)


@router.get("/rehearsals/{rehearsal_id}", response=RehearsalDetailOut)
def show(request: HttpRequest, rehearsal_id: UUID) -> Any:
    whole_tenant(request)
    return selectors.rehearsal(rehearsal_id)


@router.post("/rehearsals/{rehearsal_id}/cancel", response=RehearsalOut)
def cancel(request: HttpRequest, rehearsal_id: UUID) -> Any:
    return services.cancel(rehearsal_id, by=_by(request), now=timezone.now())


def _itself(row: Any) -> ClusteringConfiguration | Rehearsal:
    return row  # type: ignore[no-any-return]


def _by(request: HttpRequest) -> Actor:
    return whole_tenant(request).actor
