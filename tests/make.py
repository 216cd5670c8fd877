"""Things that tests make. Each says only what matters to it; the rest is sensible."""

from __future__ import annotations

import itertools
import os
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from watchfloor.platform.accounts import senders, signing
from watchfloor.platform.accounts.models import Integration, RoleGrant, User
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.accounts.sessions import SessionStore
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

NOW = datetime(2026, 3, 2, 2, 9, tzinfo=UTC)
# What must not leak of "+44 20 7946 0001": four digits alone stand in one uuid of some thousand.
GRACES_NUMBER = ("20 7946", "7946 0001", "79460001")
_numbers = itertools.count(1)


def unique(prefix: str) -> str:
    """Return a name that no other test of any process of this run uses."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"{prefix}-{worker}-{os.getpid()}-{next(_numbers)}"


def make_tenant(slug: str | None = None, *, is_demo: bool = False) -> Tenant:
    slug = slug or unique("tenant")
    return Tenant.objects.using("system").create(
        slug=slug, name=slug, created_at=NOW, is_demo=is_demo
    )


def make_user(
    tenant: Tenant,
    role: str = "operator",
    *,
    email: str | None = None,
    password: str = "pw",  # noqa: S107
) -> User:
    """Return somebody who may sign in to `tenant` and holds `role` over all of it."""
    with tenant_scope(tenant.id), transaction.atomic():
        user = User(
            tenant=tenant, email=email or f"{unique(role)}@example.com", name=role, created_at=NOW
        )
        user.set_password(password)
        user.save()
        RoleGrant.objects.create(user=user, role=role)
    return user


def make_integration(tenant: Tenant, name: str | None = None) -> Integration:
    with tenant_scope(tenant.id):
        return Integration.objects.create(name=name or unique("sender"), created_at=NOW)


def make_key(
    tenant: Tenant,
    *scopes: str,
    integration: Integration | None = None,
    bounds: Bounds = Bounds(),
) -> str:
    """Return the plain text of a living key; without scopes one that may only ingest."""
    with tenant_scope(tenant.id):
        _, plain = senders.create_key(
            unique("key"),
            integration=integration,
            scopes=scopes or ("ingest",),
            bounds=bounds,
            by=SYSTEM,
            now=timezone.now(),
        )
    return plain


def bearer(key: str) -> dict[str, str]:
    """Return the header of a call by key: `client.get(url, headers=bearer(key))`."""
    return {"Authorization": f"Bearer {key}"}


def signed_in(user: User, *, enforce_csrf_checks: bool = False) -> Client:
    """Return a browser in which `user` has signed in, as somebody does who came by the door."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks, raise_request_exception=False)
    arriving = RequestFactory().get("/")
    arriving.session = SessionStore()
    signing.sign_in(
        arriving, User.objects.using("system").get(pk=user.pk), how="link", now=timezone.now()
    )
    arriving.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = arriving.session.session_key or ""
    return client
