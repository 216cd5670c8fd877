"""`watchfloor explain ALERT`: why an alert is where it is."""

from __future__ import annotations

import click
import msgspec

from watchfloor.cli.context import floor
from watchfloor.cli.explaining import alert_named, explained, told
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.platform.tenancy.context import tenant_scope


@click.command()
@click.argument("alert")
@tenant_option
@json_option
@home_option
def command(alert: str, tenant: str, as_json: bool, home: str | None) -> None:
    """Say why ALERT is in its incident: its id, a report's event id, the sender's id or key."""
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        found = explained(alert_named(alert))
    click.echo(msgspec.json.encode(found).decode() if as_json else told(found))
