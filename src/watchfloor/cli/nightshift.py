"""The demo's tenant: a company of its own, its administrator, and the keys that play the night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchfloor.embedded.errors import Misuse
from watchfloor.platform.accounts.models import ApiKey, User
from watchfloor.platform.accounts.senders import create_key, ensure_integration, revoke_key
from watchfloor.platform.accounts.services import Grant, create_user
from watchfloor.platform.accounts.sessions import end_sessions
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.platform.tenancy.services import create_tenant

SLUG = "demo"
NAME = "Waelburg Guarding"
ADMIN = "demo@localhost"
SENDER = "night-shift"
READER = "night-shift-office"
LEFT_BEHIND = timedelta(hours=1)
"""Unused for so long, a key is of somebody who was killed: who plays looks every second."""


@dataclass(frozen=True, slots=True)
class Keys:
    ingest: str
    admin: str
    rows: tuple[ApiKey, ...]


def demo_tenant() -> Tenant | None:
    """Return the demo's tenant. Raises: Misuse where a real tenant has its name."""
    tenant = Tenant.objects.using("system").filter(slug=SLUG).first()
    if tenant is not None and not tenant.is_demo:
        raise Misuse(f"the tenant {SLUG!r} is a real one: the night shift would play into its rows")
    return tenant


def ensure_demo_tenant(now: datetime) -> Tenant:
    return demo_tenant() or create_tenant(SLUG, name=NAME, is_demo=True, now=now)


def ensure_demo_admin(now: datetime) -> User:
    """Return the administrator of the demo; make tenant and user where there is none."""
    with tenant_scope(ensure_demo_tenant(now).pk):
        user = User.objects.filter(email=ADMIN).first()
        return user or create_user(
            ADMIN, name="Night shift", grants=[Grant("admin")], is_demo=True, by=CLI, now=now
        )


def fresh_keys(tenant: Tenant, purpose: str, now: datetime, *, beside: bool = False) -> Keys:
    """Return a new key for alarms and one that reads and fills in.

    Earlier ones of the purpose end; `beside` those that are in use: the ones left behind.
    """
    senders = ((SENDER, "ingest"), (READER, "admin"))
    with tenant_scope(tenant.pk):
        names = [f"{sender}-{purpose}" for sender, _ in senders]
        for key in ApiKey.objects.filter(revoked_at=None, name__in=names):
            if not beside or (key.last_used_at or key.created_at) < now - LEFT_BEHIND:
                revoke_key(key, by=CLI, now=now)
        (sends, ingest), (reads, admin) = (
            _key(sender, name, scope, now)
            for name, (sender, scope) in zip(names, senders, strict=True)
        )
    return Keys(ingest, admin, (sends, reads))


def end_keys(tenant: Tenant, keys: Keys, now: datetime) -> None:
    """End these keys, and no others of their purpose."""
    with tenant_scope(tenant.pk):
        for key in keys.rows:
            revoke_key(key, by=CLI, now=now)


def end_visits(tenant: Tenant, now: datetime) -> None:
    """Sign everybody out and end every key, so that nothing comes in while rows go."""
    with tenant_scope(tenant.pk):
        for user in User.objects.filter(tenant_id=tenant.pk):
            end_sessions(user.pk)
        for key in ApiKey.objects.filter(revoked_at=None):
            revoke_key(key, by=CLI, now=now)


def _key(sender: str, name: str, scope: str, now: datetime) -> tuple[ApiKey, str]:
    integration = ensure_integration(sender, by=CLI, now=now)
    return create_key(name, integration=integration, scopes=[scope], by=CLI, now=now)
