"""Users of the own tenant and their roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import ConfigDict, Field

from watchfloor.platform.accounts import factors, services, signing
from watchfloor.platform.accounts.api.me import SessionOut, shown_session
from watchfloor.platform.accounts.api.request import not_oneself, whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE, MEANINGS, ROLES, VIEW
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.sessions import session_of, sessions_of
from watchfloor.platform.errors import NotFound
from watchfloor.platform.paging import Page, PageQuery, page
from watchfloor.platform.tenancy.context import require_tenant_id

router = Router(tags=["users"])


class GrantIn(Schema):
    model_config = ConfigDict(extra="forbid")
    role: str
    client_id: UUID | None = None
    site_id: UUID | None = None


class GrantOut(Schema):
    id: UUID
    role: str
    client_id: UUID | None
    site_id: UUID | None


class UserIn(Schema):
    model_config = ConfigDict(extra="forbid")
    email: str = Field(max_length=254)
    name: str = Field("", max_length=200)
    roles: list[GrantIn] = Field(default_factory=list, max_length=100)


class UserOut(Schema):
    id: UUID
    email: str
    name: str
    is_active: bool
    created_at: datetime
    last_login: datetime | None
    has_codes: bool
    roles: list[GrantOut]


class LinkOut(Schema):
    path: str
    valid_minutes: int


class RoleOut(Schema):
    role: str
    capabilities: dict[str, str]


@router.get("/roles", auth=needs(VIEW), response=Page[RoleOut])
def list_roles(request: HttpRequest) -> dict[str, Any]:
    return {"items": [_shown_role(role) for role in ROLES], "next": None}


@router.get("/roles/{role}", auth=needs(VIEW), response=RoleOut)
def show_role(request: HttpRequest, role: str) -> dict[str, Any]:
    if role not in ROLES:
        raise NotFound("There is no such role.")
    return _shown_role(role)


@router.get("/users", auth=needs(CONFIGURE), response=Page[UserOut])
def list_users(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    whole_tenant(request)
    rows = User.objects.filter(tenant_id=require_tenant_id()).prefetch_related(
        "role_grants", "second_factor"
    )
    return page(request, paging, rows, order=("email", "id"), render=_shown)


@router.post("/users", auth=needs(CONFIGURE), response={201: UserOut})
def create_user(request: HttpRequest, payload: UserIn) -> Status[dict[str, Any]]:
    viewer = whole_tenant(request)
    grants = [services.Grant(g.role, g.client_id, g.site_id) for g in payload.roles]
    user = services.create_user(
        payload.email, name=payload.name, grants=grants, by=viewer.actor, now=timezone.now()
    )
    return Status(201, _shown(user))


@router.get("/users/{user_id}", auth=needs(CONFIGURE), response=UserOut)
def show_user(request: HttpRequest, user_id: UUID) -> dict[str, Any]:
    whole_tenant(request)
    return _shown(services.user_of_tenant(user_id))


@router.post("/users/{user_id}/disable", auth=needs(CONFIGURE), response=UserOut)
def disable_user(request: HttpRequest, user_id: UUID) -> dict[str, Any]:
    """Keep somebody out: their sessions end. Nobody does it to themselves."""
    not_oneself(request, user_id)
    return _set_active(request, user_id, False)


@router.post("/users/{user_id}/enable", auth=needs(CONFIGURE), response=UserOut)
def enable_user(request: HttpRequest, user_id: UUID) -> dict[str, Any]:
    return _set_active(request, user_id, True)


def _set_active(request: HttpRequest, user_id: UUID, is_active: bool) -> dict[str, Any]:
    viewer = whole_tenant(request)
    user = services.user_of_tenant(user_id)
    return _shown(services.set_active(user, is_active, by=viewer.actor, now=timezone.now()))


@router.post("/users/{user_id}/link", auth=needs(CONFIGURE), response=LinkOut)
def create_link(request: HttpRequest, user_id: UUID) -> dict[str, Any]:
    """Make a one-time link with which the user signs in, to be handed over in person."""
    viewer = whole_tenant(request)
    user = services.user_of_tenant(user_id)
    path = signing.create_sign_in_link(user, timezone.now(), by=viewer.actor)
    return {"path": path, "valid_minutes": int(signing.LINK_LIFE.total_seconds() // 60)}


@router.post("/users/{user_id}/roles", auth=needs(CONFIGURE), response={201: UserOut})
def grant_role(request: HttpRequest, user_id: UUID, payload: GrantIn) -> Status[dict[str, Any]]:
    viewer = whole_tenant(request)
    user = services.user_of_tenant(user_id)
    grant = services.Grant(payload.role, payload.client_id, payload.site_id)
    services.grant_role(user, grant, by=viewer.actor, now=timezone.now())
    return Status(201, _shown(user))


@router.post("/users/{user_id}/roles/{grant_id}/revoke", auth=needs(CONFIGURE), response=UserOut)
def revoke_role(request: HttpRequest, user_id: UUID, grant_id: UUID) -> dict[str, Any]:
    """Take a role from somebody. Nobody does it to themselves."""
    viewer = not_oneself(request, user_id)
    user = services.user_of_tenant(user_id)
    services.revoke_role(user, grant_id, by=viewer.actor, now=timezone.now())
    return _shown(user)


@router.get("/users/{user_id}/sessions", auth=needs(CONFIGURE), response=Page[SessionOut])
def list_sessions_of(request: HttpRequest, user_id: UUID) -> dict[str, Any]:
    whole_tenant(request)
    rows = sessions_of(services.user_of_tenant(user_id).pk, timezone.now())
    return {"items": [shown_session(request, row) for row in rows], "next": None}


@router.post("/users/{user_id}/sessions/end", auth=needs(CONFIGURE), response={204: None})
def end_all_sessions_of(request: HttpRequest, user_id: UUID) -> Status[None]:
    """End all sessions of somebody; of one's own, all but the one that asks."""
    viewer = whole_tenant(request)
    user = services.user_of_tenant(user_id)
    keep = request.session.session_key
    services.end_other_sessions(user, keep=keep, by=viewer.actor, now=timezone.now())
    return Status(204, None)


# Behind `end`, which it would take for a session.
@router.get("/users/{user_id}/sessions/{session_id}", auth=needs(CONFIGURE), response=SessionOut)
def show_session_of(request: HttpRequest, user_id: UUID, session_id: str) -> dict[str, Any]:
    whole_tenant(request)
    row = session_of(services.user_of_tenant(user_id).pk, session_id, timezone.now())
    return shown_session(request, row)


@router.post(
    "/users/{user_id}/sessions/{session_id}/end", auth=needs(CONFIGURE), response={204: None}
)
def end_session_of(request: HttpRequest, user_id: UUID, session_id: str) -> Status[None]:
    viewer = whole_tenant(request)
    user = services.user_of_tenant(user_id)
    services.end_session(user, session_id, by=viewer.actor, now=timezone.now())
    return Status(204, None)


def _shown_role(role: str) -> dict[str, Any]:
    return {"role": role, "capabilities": {name: MEANINGS[name] for name in sorted(ROLES[role])}}


def _shown(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "email": user.email,
        "name": user.name,
        "is_active": user.is_active,
        "created_at": user.created_at,
        "last_login": user.last_login,
        "has_codes": factors.are_on(user),
        "roles": [_shown_grant(grant) for grant in user.role_grants.all()],
    }


def _shown_grant(grant: RoleGrant) -> dict[str, Any]:
    return {
        "id": grant.pk,
        "role": grant.role,
        "client_id": grant.client_id,
        "site_id": grant.site_id,
    }
