"""Who am I, and where am I signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from watchfloor.platform.accounts import services, times
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.models import Session, User
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.sessions import row_key, session_of, sessions_of
from watchfloor.platform.accounts.times import Times
from watchfloor.platform.errors import Denied, NotFound
from watchfloor.platform.paging import Page
from watchfloor.platform.tenancy.models import Tenant

router = Router(tags=["me"])


class TenantOut(Schema):
    slug: str
    name: str
    is_demo: bool


class MeOut(Schema):
    kind: str
    id: str
    email: str | None
    name: str | None
    tenant: TenantOut
    capabilities: list[str]
    all_clients: bool
    client_ids: list[str]
    site_ids: list[str]


class TimesIn(Schema):
    """What is left out stays as it is."""

    time_zone: str | None = Field(None, description="IANA name")
    clock: str | None = Field(None, description="24h or 12h")
    dates: str | None = Field(None, description="day, month or iso: what stands first")


class TimesOut(Schema):
    time_zone: str = Field(description="empty: nobody has said yet")
    clock: str
    dates: str


class SessionOut(Schema):
    id: str
    created_at: datetime
    last_seen_at: datetime
    ip: str | None
    user_agent: str
    how: str = Field(description="how they signed in")
    is_this: bool


@router.get("/me", auth=needs(None), response=MeOut)
def show_me(request: HttpRequest) -> dict[str, Any]:
    viewer = viewer_of(request)
    user = request.user if isinstance(request.user, User) else None
    return {
        "kind": viewer.actor.kind,
        "id": viewer.actor.id,
        "email": user.email if user else None,
        "name": user.name if user else None,
        "tenant": Tenant.objects.get(pk=viewer.tenant_id),
        "capabilities": sorted(viewer.capabilities),
        "all_clients": viewer.scope.all_clients,
        "client_ids": sorted(str(value) for value in viewer.scope.client_ids),
        "site_ids": sorted(str(value) for value in viewer.scope.site_ids),
    }


@router.get("/me/times", auth=needs(None), response=TimesOut)
def show_times(request: HttpRequest) -> dict[str, str]:
    """How the caller reads times."""
    return Times.of(_person(request)).told()


@router.patch("/me/times", auth=needs(None), response=TimesOut)
def change_times(request: HttpRequest, body: TimesIn) -> dict[str, str]:
    user = _person(request)
    told = Times.of(user).told() | body.dict(exclude_none=True)
    wanted = Times(told["time_zone"], told["clock"], told["dates"])
    by = viewer_of(request).actor
    return times.change(user, wanted, by=by, now=timezone.now()).told()


@router.get("/tenants", auth=needs(None), response=Page[TenantOut])
def list_tenants(request: HttpRequest) -> dict[str, Any]:
    """Show the own tenant: nobody knows of others."""
    tenant = Tenant.objects.get(pk=viewer_of(request).tenant_id)
    return {"items": [tenant], "next": None}


@router.get("/tenants/{slug}", auth=needs(None), response=TenantOut)
def show_tenant(request: HttpRequest, slug: str) -> Tenant:
    tenant = Tenant.objects.get(pk=viewer_of(request).tenant_id)
    if tenant.slug != slug:
        raise NotFound("There is no such tenant.")
    return tenant


@router.get("/sessions", auth=needs(None), response=Page[SessionOut])
def list_sessions(request: HttpRequest) -> dict[str, Any]:
    rows = sessions_of(_person(request).pk, timezone.now())
    return {"items": [shown_session(request, row) for row in rows], "next": None}


@router.post("/sessions/end-others", auth=needs(None), response={204: None})
def end_other_sessions(request: HttpRequest) -> Status[None]:
    """End all own sessions but the one that asks."""
    user, by = _person(request), viewer_of(request).actor
    keep = request.session.session_key
    services.end_other_sessions(user, keep=keep, by=by, now=timezone.now())
    return Status(204, None)


# Behind `end-others`, which it would take for a session.
@router.get("/sessions/{session_id}", auth=needs(None), response=SessionOut)
def show_session(request: HttpRequest, session_id: str) -> dict[str, Any]:
    row = session_of(_person(request).pk, session_id, timezone.now())
    return shown_session(request, row)


@router.post("/sessions/{session_id}/end", auth=needs(None), response={204: None})
def end_session(request: HttpRequest, session_id: str) -> Status[None]:
    user, by = _person(request), viewer_of(request).actor
    services.end_session(user, session_id, by=by, now=timezone.now())
    return Status(204, None)


def shown_session(request: HttpRequest, row: Session) -> dict[str, Any]:
    return {
        "id": row.pk,
        "created_at": row.created_at,
        "last_seen_at": row.last_seen_at,
        "ip": row.ip,
        "user_agent": row.user_agent,
        "how": row.how,
        "is_this": row.pk == row_key(request.session.session_key or ""),
    }


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Denied("This is a person's: keys have none.")
    return request.user
