"""Signing in and out, one-time links, and the first administrator."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from watchfloor.platform.accounts import backend, pins, requiring
from watchfloor.platform.accounts.capabilities import BY_PIN, TO_ENROL
from watchfloor.platform.accounts.events import access_changed
from watchfloor.platform.accounts.models import RoleGrant, Seat, SignInLink, User
from watchfloor.platform.accounts.services import Grant, create_user, grant_role, set_active
from watchfloor.platform.accounts.sessions import BOUND, BROWSER, CREATED, ENROL_BY, HOW, TENANT
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import CLI, Actor
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

LINK_LIFE = timedelta(minutes=30)
LINK_PATH = "/sign-in/link/"
FIRST_TENANT = "main"
FIRST_ADMIN = "admin@localhost"


def sign_in(request: HttpRequest, user: User, *, how: str, now: datetime) -> None:
    """Open a session of the user under a new key: one planted before is worth nothing."""
    _open(request, user, how=how, since=now)
    with tenant_scope(user.tenant_id), transaction.atomic():
        bind(request, requiring.due(user), now=now)
        pins.sit_down(request.session[BROWSER], user, now=now)
        actor = Actor("user", str(user.pk))
        audit.record(actor, "user.signed_in", "user", user.pk, at=now, after={"how": how})


def switch(request: HttpRequest, seat: Seat, *, former: User, now: datetime) -> None:
    """Hand the browser over to the user of the seat, who gave their PIN.

    The session ends when it would have ended had they stayed since they signed in.
    """
    user = seat.user
    _open(request, user, how="PIN", since=seat.signed_in_at)
    request.session[BOUND] = BY_PIN
    with tenant_scope(user.tenant_id), transaction.atomic():
        actor, after = Actor("user", str(user.pk)), {"from": str(former.pk)}
        audit.record(actor, "user.switched_in", "user", user.pk, at=now, after=after)
        access_changed(former.pk, at=now)  # other pages of the same browser close


def _open(request: HttpRequest, user: User, *, how: str, since: datetime) -> None:
    """Open a session. A browser stays the same for colleagues, until one of them signs out."""
    is_colleague = request.session.get(TENANT) == user.tenant_id
    browser = request.session.get(BROWSER) if is_colleague else None
    login(request, user, backend=backend.PATH)
    request.session[BROWSER] = browser or pins.new_browser()
    request.session[TENANT] = user.tenant_id
    request.session[CREATED] = since.isoformat()
    request.session[HOW] = how


def bind(request: HttpRequest, due: datetime | None, *, now: datetime) -> None:
    """Bind the session while codes are due that the person has not set up."""
    request.session[BOUND] = TO_ENROL if due is not None and due <= now else ""
    request.session[ENROL_BY] = due.isoformat() if due is not None else ""


def sign_out(request: HttpRequest, user: User, *, now: datetime) -> None:
    logout(request)
    with tenant_scope(user.tenant_id), transaction.atomic():
        audit.record(Actor("user", str(user.pk)), "user.signed_out", "user", user.pk, at=now)
        access_changed(user.pk, at=now)  # other pages of the same session close with it


def create_sign_in_link(user: User, now: datetime, *, by: Actor = CLI) -> str:
    """Return the path of a link that signs `user` in once within 30 minutes."""
    secret = secrets.token_urlsafe(32)
    SignInLink.everybody.using("system").create(
        tenant_id=user.tenant_id,
        user_id=user.pk,
        secret_hash=_hashed(secret),
        expires_at=now + LINK_LIFE,
    )
    with tenant_scope(user.tenant_id), transaction.atomic():
        audit.record(by, "user.link_created", "user", user.pk, at=now)
    return f"{LINK_PATH}{secret}"


def use_sign_in_link(secret: str, *, now: datetime) -> User | None:
    """Return whom the link signs in, and void it; None if it was used, is too old or unknown."""
    links = SignInLink.everybody.using("system")
    mine = links.filter(secret_hash=_hashed(secret), used_at=None, expires_at__gt=now)
    link = mine.first()
    if link is None or not mine.filter(pk=link.pk).update(used_at=now):
        return None
    return backend.EmailBackend().get_user(link.user_id)


def ensure_first_admin(now: datetime) -> User:
    """Return an administrator of the first tenant; make tenant and user where there is none."""
    tenant, _ = Tenant.objects.using("system").get_or_create(
        slug=FIRST_TENANT, defaults={"name": "Main", "created_at": now}
    )
    with tenant_scope(tenant.pk):
        unbound = RoleGrant.objects.filter(role="admin", client_id=None, site_id=None)
        holder = unbound.filter(user__is_active=True).order_by("user__created_at").first()
        return holder.user if holder else _make_first_admin(now)


def _make_first_admin(now: datetime) -> User:
    user = User.objects.filter(email=FIRST_ADMIN).first()
    if user is None:
        grants = [Grant("admin")]
        return create_user(FIRST_ADMIN, name="Administrator", grants=grants, by=CLI, now=now)
    grant_role(user, Grant("admin"), by=CLI, now=now)
    return set_active(user, True, by=CLI, now=now)


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
