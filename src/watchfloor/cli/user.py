"""`watchfloor user create|list|disable|enable|link|grant|end-codes`."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import click
from django.utils import timezone

from watchfloor.cli.context import Floor, floor
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.embedded.errors import Misuse
from watchfloor.platform.accounts import factors, services, signing
from watchfloor.platform.accounts.capabilities import ROLES
from watchfloor.platform.accounts.models import User
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.tenancy.context import require_tenant_id, tenant_scope

role_option = click.option(
    "--role", type=click.Choice(list(ROLES)), default="operator", show_default=True
)
client_option = click.option("--client-id", type=click.UUID, help="Only over this client.")
site_option = click.option("--site-id", type=click.UUID, help="Only over this site.")


@click.group("user")
def command() -> None:
    """Create users, give roles, make sign-in links."""


@command.command()
@click.argument("email")
@click.option("--name", default="", help="The full name.")
@role_option
@client_option
@site_option
@tenant_option
@json_option
@home_option
def create(
    email: str,
    name: str,
    role: str,
    client_id: UUID | None,
    site_id: UUID | None,
    tenant: str,
    as_json: bool,
    home: str | None,
) -> None:
    """Make a user with a role and print a one-time link with which they come in."""
    grant = services.Grant(role, client_id, site_id)
    with floor(home) as here, tenant_scope(tenant_named(tenant).pk):
        now = timezone.now()
        user = services.create_user(email, name=name, grants=[grant], by=CLI, now=now)
        link = _address(here, signing.create_sign_in_link(user, now))
        shown = {**_shown(user), "link": link}
    click.echo(json.dumps(shown) if as_json else link)


@command.command("list")
@tenant_option
@json_option
@home_option
def list_users(tenant: str, as_json: bool, home: str | None) -> None:
    """Show all users and their roles."""
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        users = User.objects.filter(tenant_id=require_tenant_id()).order_by("email")
        rows = [_shown(user) for user in users.prefetch_related("role_grants")]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        state = "" if row["is_active"] else "  (disabled)"
        click.echo(f"{row['email']}  {', '.join(row['roles'])}{state}")


@command.command()
@click.argument("email")
@tenant_option
@home_option
def disable(email: str, tenant: str, home: str | None) -> None:
    """Keep EMAIL out and end their sessions."""
    _set_active(email, tenant, home, False)


@command.command()
@click.argument("email")
@tenant_option
@home_option
def enable(email: str, tenant: str, home: str | None) -> None:
    """Let EMAIL in again."""
    _set_active(email, tenant, home, True)


def _set_active(email: str, tenant: str, home: str | None, is_active: bool) -> None:
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        services.set_active(_named(email), is_active, by=CLI, now=timezone.now())
    click.echo(f"{'enabled' if is_active else 'disabled'} {email}")


@command.command()
@click.argument("email")
@tenant_option
@json_option
@home_option
def link(email: str, tenant: str, as_json: bool, home: str | None) -> None:
    """Print a link that signs EMAIL in once within 30 minutes."""
    with floor(home) as here, tenant_scope(tenant_named(tenant).pk):
        address = _address(here, signing.create_sign_in_link(_named(email), timezone.now()))
    click.echo(json.dumps({"email": email, "link": address}) if as_json else address)


@command.command()
@click.argument("email")
@role_option
@client_option
@site_option
@tenant_option
@home_option
def grant(
    email: str,
    role: str,
    client_id: UUID | None,
    site_id: UUID | None,
    tenant: str,
    home: str | None,
) -> None:
    """Give EMAIL a role, over everything or over one client or site."""
    given = services.Grant(role, client_id, site_id)
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        services.grant_role(_named(email), given, by=CLI, now=timezone.now())
    click.echo(f"{email} is {role}")


@command.command("end-codes")
@click.argument("email")
@tenant_option
@home_option
def end_codes(email: str, tenant: str, home: str | None) -> None:
    """Ask EMAIL, who lost their phone, for no more codes at sign-in."""
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        factors.end(_named(email), by=CLI, now=timezone.now())
    click.echo(f"{email} signs in without codes")


def _named(email: str) -> User:
    users = User.objects.filter(tenant_id=require_tenant_id())
    user = users.filter(email=email.strip().lower()).first()
    if user is None:
        raise Misuse(f"there is no user {email}: `watchfloor user list` shows who there is")
    return user


def _address(here: Floor, path: str) -> str:
    return f"{here.url or ''}{path}"


def _shown(user: User) -> dict[str, Any]:
    return {
        "id": str(user.pk),
        "email": user.email,
        "name": user.name,
        "is_active": user.is_active,
        "roles": [grant.role for grant in user.role_grants.all()],
    }
