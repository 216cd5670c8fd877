"""`watchfloor tenant create|list`."""

from __future__ import annotations

import json

import click
from django.db import transaction
from django.utils import timezone

from watchfloor.cli.context import floor
from watchfloor.cli.options import home_option, json_option
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.platform.tenancy.services import create_tenant


@click.group("tenant")
def command() -> None:
    """Create and list tenants."""


@command.command()
@click.argument("slug")
@click.option("--name", default="", help="The full name.")
@json_option
@home_option
def create(slug: str, name: str, as_json: bool, home: str | None) -> None:
    """Make a tenant with the short name SLUG."""
    now = timezone.now()
    with floor(home):
        tenant = create_tenant(slug, name=name, now=now)
        with tenant_scope(tenant.pk), transaction.atomic():
            audit.record(CLI, "tenant.created", "tenant", tenant.pk, at=now, after={"slug": slug})
    click.echo(json.dumps(_shown(tenant)) if as_json else f"created {tenant.slug}")


@command.command("list")
@json_option
@home_option
def list_tenants(as_json: bool, home: str | None) -> None:
    """Show all tenants."""
    with floor(home):
        rows = [_shown(tenant) for tenant in Tenant.objects.using("system").order_by("slug")]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo("{slug}  {name}".format(**row))


def _shown(tenant: Tenant) -> dict[str, object]:
    return {
        "id": tenant.pk,
        "slug": tenant.slug,
        "name": tenant.name,
        "is_active": tenant.is_active,
        "is_demo": tenant.is_demo,
    }
