"""Integrations and keys of the own tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from watchfloor.platform.accounts import senders
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import INTEGRATIONS_MANAGE, of_key
from watchfloor.platform.accounts.models import ApiKey, Integration
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import Denied, NotFound
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["senders"])


class IntegrationIn(Schema):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=100)
    dialect: str = Field("", max_length=30)


class IntegrationOut(Schema):
    id: int
    name: str
    dialect: str
    created_at: datetime


class KeyIn(Schema):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=100)
    integration: int | None = None
    scopes: list[str] = ["ingest"]
    sources: list[str] = Field(default_factory=list, max_length=100)
    clients: list[str] = Field(default_factory=list, max_length=100)
    sites: list[str] = Field(default_factory=list, max_length=1000)
    rate_per_minute: int | None = Field(None, ge=1, le=1_000_000)


class KeyOut(Schema):
    id: UUID
    name: str
    integration: str
    last_four: str
    scopes: list[str]
    sources: list[str]
    clients: list[str]
    sites: list[str]
    rate_per_minute: int | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKeyOut(KeyOut):
    key: str = Field(description="shown this once")


@router.get("/integrations", auth=needs(INTEGRATIONS_MANAGE), response=Page[IntegrationOut])
def list_integrations(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    whole_tenant(request)
    rows = Integration.objects.all()
    return page(request, paging, rows, order=("number",), render=_shown_integration)


@router.get("/integrations/{number}", auth=needs(INTEGRATIONS_MANAGE), response=IntegrationOut)
def show_integration(request: HttpRequest, number: int) -> dict[str, Any]:
    whole_tenant(request)
    return _shown_integration(_integration(number))


@router.post("/integrations", auth=needs(INTEGRATIONS_MANAGE), response={201: IntegrationOut})
def create_integration(request: HttpRequest, payload: IntegrationIn) -> Status[dict[str, Any]]:
    viewer = whole_tenant(request)
    row = senders.ensure_integration(
        payload.name, dialect=payload.dialect, by=viewer.actor, now=timezone.now()
    )
    return Status(201, _shown_integration(row))


@router.get("/keys", auth=needs(INTEGRATIONS_MANAGE), response=Page[KeyOut])
def list_keys(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    whole_tenant(request)
    rows = ApiKey.objects.select_related("integration")
    return page(request, paging, rows, order=("-created_at", "-id"), render=shown_key)


@router.get("/keys/{key_id}", auth=needs(INTEGRATIONS_MANAGE), response=KeyOut)
def show_key(request: HttpRequest, key_id: UUID) -> dict[str, Any]:
    whole_tenant(request)
    return shown_key(senders.key_of_tenant(key_id))


@router.post("/keys", auth=needs(INTEGRATIONS_MANAGE), response={201: NewKeyOut})
def create_key(request: HttpRequest, payload: KeyIn) -> Status[dict[str, Any]]:
    viewer = whole_tenant(request)
    if not of_key(payload.scopes) <= viewer.capabilities:
        raise Denied("A key may not do more than who makes it.")
    key, plain = senders.create_key(
        payload.name,
        integration=None if payload.integration is None else _integration(payload.integration),
        scopes=payload.scopes,
        bounds=senders.Bounds(tuple(payload.sources), tuple(payload.clients), tuple(payload.sites)),
        rate_per_minute=payload.rate_per_minute,
        by=viewer.actor,
        now=timezone.now(),
    )
    return Status(201, {**shown_key(key), "key": plain})


@router.post("/keys/{key_id}/revoke", auth=needs(INTEGRATIONS_MANAGE), response=KeyOut)
def revoke_key(request: HttpRequest, key_id: UUID) -> dict[str, Any]:
    viewer = whole_tenant(request)
    key = senders.key_of_tenant(key_id)
    senders.revoke_key(key, by=viewer.actor, now=timezone.now())
    return shown_key(senders.key_of_tenant(key_id))


def _integration(number: int) -> Integration:
    found = Integration.objects.filter(number=number).first()
    if found is None:
        raise NotFound("There is no such integration.")
    return found


def _shown_integration(row: Integration) -> dict[str, Any]:
    return {
        "id": row.number,
        "name": row.name,
        "dialect": row.dialect,
        "created_at": row.created_at,
    }


def shown_key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.pk,
        **senders.described(key),
        "rate_per_minute": key.rate_per_minute,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }
