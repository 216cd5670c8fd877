"""Users and their roles: every write, with its audit row. Called within the tenant's scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from watchfloor.platform.accounts.capabilities import ROLES
from watchfloor.platform.accounts.events import access_changed
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.accounts.sessions import end_sessions
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid, NotFound
from watchfloor.platform.tenancy.context import require_tenant_id


@dataclass(frozen=True, slots=True)
class Grant:
    """A role to give, over everything or bound to one client or one site."""

    role: str
    client_id: UUID | None = None
    site_id: UUID | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            known = ", ".join(ROLES)
            raise Invalid(f"There is no role {self.role!r}.", fields={"role": f"one of {known}"})


def user_of_tenant(user_id: UUID) -> User:
    """Return a user of the tenant in scope; another tenant's is not found."""
    user = User.objects.filter(pk=user_id, tenant_id=require_tenant_id()).first()
    if user is None:
        raise NotFound("There is no such user.")
    return user


@transaction.atomic
def create_user(
    email: str,
    *,
    name: str = "",
    grants: Iterable[Grant] = (),
    password: str | None = None,
    is_demo: bool = False,
    by: Actor,
    now: datetime,
) -> User:
    """Make a user. Without a password they come in by a one-time link and set one then."""
    email = _valid_email(email)
    tenant_id = require_tenant_id()
    user = User(tenant_id=tenant_id, email=email, name=name, created_at=now, is_demo=is_demo)
    _set_password(user, password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Conflict("A user with this address exists.", email=email) from None
    audit.record(by, "user.created", "user", user.pk, at=now, after={"email": email, "name": name})
    for grant in grants:
        grant_role(user, grant, by=by, now=now)
    return user


@transaction.atomic
def grant_role(user: User, grant: Grant, *, by: Actor, now: datetime) -> RoleGrant:
    """Give the role. Giving it again changes nothing."""
    row, created = RoleGrant.objects.get_or_create(
        user=user, role=grant.role, client_id=grant.client_id, site_id=grant.site_id
    )
    if created:
        audit.record(by, "user.role_granted", "user", user.pk, at=now, after=_described(row))
        access_changed(user.pk, at=now)
    return row


@transaction.atomic
def revoke_role(user: User, grant_id: UUID, *, by: Actor, now: datetime) -> None:
    row = RoleGrant.objects.filter(user=user, pk=grant_id).first()
    if row is None:
        raise NotFound("There is no such grant.")
    audit.record(by, "user.role_revoked", "user", user.pk, at=now, before=_described(row))
    row.delete()
    access_changed(user.pk, at=now)


def set_active(user: User, is_active: bool, *, by: Actor, now: datetime) -> User:
    """Let the user in, or keep them out at once: their open sessions end."""
    if not is_active:
        end_sessions(user.pk)
    if user.is_active != is_active:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(is_active=is_active)
            action = "user.enabled" if is_active else "user.disabled"
            audit.record(by, action, "user", user.pk, at=now)
            access_changed(user.pk, at=now)
        user.is_active = is_active
    return user


def set_password(
    user: User, password: str, *, keep: str | None = None, by: Actor, now: datetime
) -> None:
    """Change the password and end all sessions but the one of cookie `keep`.

    In this order: nobody signs in with the old one after the sessions were ended, and who hears
    of it finds them gone.
    """
    _set_password(user, password)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password=user.password)
        audit.record(by, "user.password_changed", "user", user.pk, at=now)
    end_sessions(user.pk, keep=keep)
    with transaction.atomic():
        access_changed(user.pk, at=now)


def end_session(user: User, session: str, *, by: Actor, now: datetime) -> None:
    """End one session of the user, named as `sessions_of` lists it."""
    if not end_sessions(user.pk, only=session):
        raise NotFound("There is no such session.")
    with transaction.atomic():
        audit.record(by, "user.session_ended", "user", user.pk, at=now)
        access_changed(user.pk, at=now)


def end_other_sessions(user: User, *, keep: str | None, by: Actor, now: datetime) -> None:
    """End all sessions of the user but the one of cookie `keep`, which may be somebody else's."""
    ended = end_sessions(user.pk, keep=keep)
    with transaction.atomic():
        audit.record(by, "user.sessions_ended", "user", user.pk, at=now, after={"ended": ended})
        access_changed(user.pk, at=now)


def _set_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), fields={"password": error.messages[0]}) from error
    user.set_password(password)


def _valid_email(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid("This is no e-mail address.", fields={"email": error.messages[0]}) from error
    return email


def _described(row: RoleGrant) -> dict[str, object]:
    bounds = {"client_id": row.client_id, "site_id": row.site_id}
    return {"role": row.role, **{name: str(value) for name, value in bounds.items() if value}}
