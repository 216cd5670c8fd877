"""`watchfloor models list|promote|rollback`: which trained models there are, and which is used."""

from __future__ import annotations

import json
from typing import Any

import click
from django.utils import timezone

from watchfloor.cli.context import floor
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.noc.clustering import advising
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.modelstore import services as modelstore
from watchfloor.platform.modelstore.models import ModelVersion
from watchfloor.platform.tenancy.context import tenant_scope


@click.group("models")
def command() -> None:
    """List, promote and roll back trained models."""


@command.command("list")
@tenant_option
@json_option
@home_option
def list_models(tenant: str, as_json: bool, home: str | None) -> None:
    """Show all models, the newest first, with what their gate said."""
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        rows = [_shown(row) for row in modelstore.versions()]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo("{short}  {kind:8}  {stage:9}  {created_at}  {verdict}".format(**row))


@command.command()
@click.argument("model")
@tenant_option
@home_option
def promote(model: str, tenant: str, home: str | None) -> None:
    """Have MODEL, an id or the beginning of a checksum, advise from the next batch on."""
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        row = advising.promote(modelstore.version(model).pk, by=CLI, now=timezone.now())
        click.echo(f"{row.sha256[:12]} advises from the next batch on")


@command.command()
@tenant_option
@home_option
def rollback(tenant: str, home: str | None) -> None:
    """Return to the model that advised before, or to the rules alone."""
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        row = advising.rollback(by=CLI, now=timezone.now())
        who = "the rules decide alone" if row is None else f"{row.sha256[:12]} advises"
        click.echo(f"{who} from the next batch on")


def _shown(row: ModelVersion) -> dict[str, Any]:
    gate = row.card.get("gate", {})
    return {
        "id": str(row.pk),
        "sha256": row.sha256,
        "short": row.sha256[:12],
        "kind": row.kind,
        "stage": row.stage,
        "created_at": row.created_at.isoformat(timespec="minutes"),
        "verdict": "passed" if gate.get("passes") else "; ".join(gate.get("reasons", ())),
        "gate": gate,
    }
