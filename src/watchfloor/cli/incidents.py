"""`watchfloor incidents list|show|acknowledge|assign|resolve|comment`: the work, without a page."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import click

from watchfloor.cli.context import floor
from watchfloor.cli.local import ask
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.embedded.errors import Misuse

LINE = "INC-{number}  {severity:8}  {state:12}  {opened_at:.16}  {title}"


@click.group("incidents")
def command() -> None:
    """List incidents and act on them. INCIDENT is INC-7, 7 or an id."""


@command.command("list")
@click.option("--state", default="open", show_default=True, help="open, over, all, NEW, ...")
@click.option("--severity", default="", help="INFO to CRITICAL.")
@click.option("--site", default="", help="Id, code or name.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@tenant_option
@json_option
@home_option
def list_incidents(
    state: str, severity: str, site: str, limit: int, tenant: str, as_json: bool, home: str | None
) -> None:
    """Show the newest."""
    asked = {"state": state, "severity": severity, "site": site, "limit": limit}
    query = urlencode({name: value for name, value in asked.items() if value})
    with floor(home):
        items = ask(tenant_named(tenant).pk, "GET", f"incidents?{query}")["items"]
    if as_json:
        click.echo(json.dumps(items))
        return
    for row in items:
        click.echo(LINE.format(**row))


@command.command()
@click.argument("incident")
@tenant_option
@json_option
@home_option
def show(incident: str, tenant: str, as_json: bool, home: str | None) -> None:
    """Show INCIDENT with its alerts and what happened."""
    with floor(home):
        pk = tenant_named(tenant).pk
        row = ask(pk, "GET", f"incidents/{_id_of(pk, incident)}")
    if as_json:
        click.echo(json.dumps(row))
        return
    click.echo(LINE.format(**row))
    for alert in row["alerts"]:
        about = alert["entity_id"] or alert["device"] or alert["site"]
        click.echo(f"  {alert['alert_type']}  {about}  {alert['occurrence_count']} reports")
    for entry in row["timeline"]:
        click.echo(f"  {entry['at']:.19}  {entry['kind']}  {entry['text']}")


@command.command()
@click.argument("incident")
@tenant_option
@json_option
@home_option
def acknowledge(incident: str, tenant: str, as_json: bool, home: str | None) -> None:
    """Say that somebody is working on INCIDENT."""
    _act(incident, "acknowledge", {}, tenant, as_json, home)


@command.command()
@click.argument("incident")
@click.option("--to", "email", required=True, metavar="EMAIL", help="Who is to work on it.")
@tenant_option
@json_option
@home_option
def assign(incident: str, email: str, tenant: str, as_json: bool, home: str | None) -> None:
    """Give INCIDENT to a user."""
    _act(incident, "assign", {"email": email}, tenant, as_json, home)


@command.command()
@click.argument("incident")
@click.option("--text", default="", help="What it was, and what was done.")
@tenant_option
@json_option
@home_option
def resolve(incident: str, text: str, tenant: str, as_json: bool, home: str | None) -> None:
    """Say that INCIDENT is over."""
    _act(incident, "resolve", {"resolution": text}, tenant, as_json, home)


@command.command()
@click.argument("incident")
@click.argument("text")
@tenant_option
@json_option
@home_option
def comment(incident: str, text: str, tenant: str, as_json: bool, home: str | None) -> None:
    """Write TEXT into the timeline of INCIDENT."""
    _act(incident, "comment", {"text": text}, tenant, as_json, home)


def _act(
    incident: str, act: str, body: dict[str, Any], tenant: str, as_json: bool, home: str | None
) -> None:
    with floor(home):
        pk = tenant_named(tenant).pk
        if "email" in body:
            body = {"user_id": _user(pk, body["email"])}
        row = ask(pk, "POST", f"incidents/{_id_of(pk, incident)}/{act}", body)
    click.echo(json.dumps(row) if as_json else LINE.format(**row))


def _id_of(tenant_id: int, name: str) -> str:
    """Return the id of the incident that a person means. Raises: Misuse."""
    number = name.upper().removeprefix("INC-")
    if number.isdecimal():
        for listed in ("true", "false"):
            query = urlencode({"number": number, "listed": listed})
            if items := ask(tenant_id, "GET", f"incidents?{query}")["items"]:
                return str(items[0]["id"])
        raise Misuse(f"there is no incident INC-{number}: `watchfloor incidents list` shows them")
    try:
        return str(UUID(name))
    except ValueError:
        raise Misuse(f"{name} is no incident: give INC-7, 7 or an id") from None


def _user(tenant_id: int, email: str) -> str:
    path = "users?limit=200"
    while path:
        said = ask(tenant_id, "GET", path)
        for user in said["items"]:
            if user["email"].lower() == email.strip().lower():
                return str(user["id"])
        path = said["next"]
    raise Misuse(f"there is no user {email}: `watchfloor user list` shows who there is")
