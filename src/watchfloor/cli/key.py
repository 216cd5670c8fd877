"""`watchfloor key create|list|revoke`: keys of senders and of programs that read."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import click
from django.utils import timezone

from watchfloor.cli.context import floor
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.embedded.errors import Misuse
from watchfloor.platform.accounts import senders
from watchfloor.platform.accounts.models import ApiKey
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.tenancy.context import tenant_scope


@click.group("key")
def command() -> None:
    """Create, list and revoke keys."""


@command.command()
@click.option("--name", required=True, metavar="N", help="What the key is for.")
@click.option("--integration", metavar="I", help="The sender it belongs to; one named N if not.")
@tenant_option
@click.option("--scope", default="ingest", show_default=True, metavar="S,S", help="What it may do.")
@click.option("--source", "sources", multiple=True, help="Bind it to a source; may be repeated.")
@click.option("--client", "clients", multiple=True, help="Bind it to a client's code.")
@click.option("--site", "sites", multiple=True, help="Bind it to a site's code.")
@click.option(
    "--rate", type=click.IntRange(1, 1_000_000), help="Reports a minute; no limit if not."
)
@json_option
@home_option
def create(
    name: str,
    integration: str | None,
    tenant: str,
    scope: str,
    sources: tuple[str, ...],
    clients: tuple[str, ...],
    sites: tuple[str, ...],
    rate: int | None,
    as_json: bool,
    home: str | None,
) -> None:
    """Make a key and print it, alone. It is shown this once. Scopes: ingest read operate admin."""
    now = timezone.now()
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        row, plain = senders.create_key(
            name,
            integration=senders.ensure_integration(integration or name, by=CLI, now=now),
            scopes=scope.split(","),
            bounds=senders.Bounds(sources, clients, sites),
            rate_per_minute=rate,
            by=CLI,
            now=now,
        )
        shown = {"id": str(row.pk), **senders.described(row), "key": plain}
    click.echo(json.dumps(shown) if as_json else plain)


@command.command("list")
@tenant_option
@json_option
@home_option
def list_keys(tenant: str, as_json: bool, home: str | None) -> None:
    """Show all keys by their last four characters."""
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        rows = [_shown(row) for row in _keys()]
    if as_json:
        click.echo(json.dumps(rows))
        return
    line = "{id}  ...{last_four}  {state:7}  {name}  ({integration}: {told})"
    for row in rows:
        click.echo(line.format(**row, told=",".join(row["scopes"])))


@command.command()
@click.argument("key")
@tenant_option
@json_option
@home_option
def revoke(key: str, tenant: str, as_json: bool, home: str | None) -> None:
    """End KEY, given by its id or last four characters, everywhere within 5 seconds."""
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        row = _named(key)
        senders.revoke_key(row, by=CLI, now=timezone.now())
    shown = {"id": str(row.pk), "last_four": row.last_four, "state": "revoked"}
    click.echo(json.dumps(shown) if as_json else f"revoked ...{row.last_four} ({row.name})")


def _keys() -> list[ApiKey]:
    return list(ApiKey.objects.select_related("integration").order_by("created_at", "id"))


def _shown(row: ApiKey) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        **senders.described(row),
        "state": "revoked" if row.revoked_at else "alive",
        "created_at": row.created_at.isoformat(),
        "last_used_at": row.last_used_at.isoformat() if row.last_used_at else None,
    }


def _named(key: str) -> ApiKey:
    if len(key) == 4:
        found = [row for row in _keys() if row.last_four == key and row.revoked_at is None]
        if len(found) == 1:
            return found[0]
        raise Misuse(f"{len(found)} living keys end in {key}: give the id that `key list` shows")
    try:
        return senders.key_of_tenant(UUID(key))
    except ValueError:
        raise Misuse("give a key's id or its last four characters, as `key list` shows") from None
