"""Integrations and their keys: every write, with its audit row, within the tenant's scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from watchfloor.platform.accounts.capabilities import KEY_SCOPES
from watchfloor.platform.accounts.keys import CHANNEL, hashed, new_key
from watchfloor.platform.accounts.models import ApiKey, Integration
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a key may speak for, by the names that senders use; empty is unbound."""

    sources: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


@transaction.atomic
def ensure_integration(name: str, *, dialect: str = "", by: Actor, now: datetime) -> Integration:
    """Return the integration named so, made if there is none."""
    name = name.strip()
    if not name or len(name) > 100:
        raise Invalid("An integration has a name.", fields={"name": "1 to 100 characters"})
    integration, created = Integration.objects.get_or_create(
        name=name, defaults={"dialect": dialect, "created_at": now}
    )
    if created:
        audit.record(
            by, "integration.created", "integration", integration.pk, at=now, after={"name": name}
        )
    return integration


@transaction.atomic
def create_key(
    name: str,
    *,
    integration: Integration | None = None,
    scopes: Iterable[str] = ("ingest",),
    bounds: Bounds = Bounds(),
    rate_per_minute: int | None = None,
    by: Actor,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Return the new key and its plain text, which is shown this once and kept nowhere.

    Without an integration, the one named like the key is taken or made.
    """
    chosen = _valid_scopes(scopes)
    integration = integration or ensure_integration(name, by=by, now=now)
    plain = new_key()
    key = ApiKey.objects.create(
        integration=integration,
        name=name,
        key_hash=hashed(plain),
        last_four=plain[-4:],
        scopes=chosen,
        sources=list(bounds.sources),
        clients=list(bounds.clients),
        sites=list(bounds.sites),
        rate_per_minute=rate_per_minute,
        created_at=now,
    )
    audit.record(by, "key.created", "key", key.pk, at=now, after=described(key))
    _tell_all_processes()
    return key, plain


@transaction.atomic
def revoke_key(key: ApiKey, *, by: Actor, now: datetime) -> None:
    """End the key in every process within 5 s. Repeating it changes nothing."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        audit.record(by, "key.revoked", "key", key.pk, at=now, before=described(key))
    _tell_all_processes()


def key_of_tenant(key_id: UUID) -> ApiKey:
    key = ApiKey.objects.select_related("integration").filter(pk=key_id).first()
    if key is None:
        raise NotFound("There is no such key.")
    return key


def described(key: ApiKey) -> dict[str, object]:
    return {
        "name": key.name,
        "integration": key.integration.name,
        "last_four": key.last_four,
        "scopes": key.scopes,
        "sources": key.sources,
        "clients": key.clients,
        "sites": key.sites,
    }


def _valid_scopes(scopes: Iterable[str]) -> list[str]:
    chosen = sorted({scope.strip() for scope in scopes if scope.strip()})
    unknown = [scope for scope in chosen if scope not in KEY_SCOPES]
    if unknown or not chosen:
        known = ", ".join(KEY_SCOPES)
        raise Invalid(f"Scopes are {known}.", fields={"scopes": f"one or more of {known}"})
    return chosen


def _tell_all_processes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
