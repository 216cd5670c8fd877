"""`watchfloor api METHOD PATH`: whatever can be done by HTTP, from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from watchfloor.cli.context import floor
from watchfloor.cli.local import ask
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.embedded.errors import Misuse

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@click.command()
@click.argument("method", type=click.Choice(METHODS, case_sensitive=False))
@click.argument("path")
@click.option("--data", metavar="JSON|@FILE", help="The body; @- reads it from standard input.")
@tenant_option
@json_option
@home_option
def command(
    method: str, path: str, data: str | None, tenant: str, as_json: bool, home: str | None
) -> None:
    """Ask the API for PATH, such as incidents?state=open, and print its answer.

    You act as the operator of this machine; audit rows name your account.
    """
    body = None if data is None else _body(data)
    with floor(home):
        said = ask(tenant_named(tenant).pk, method, path, body)
    if said is not None:
        click.echo(json.dumps(said) if as_json else json.dumps(said, indent=2, ensure_ascii=False))


def _body(data: str) -> object:
    try:
        if data == "@-":
            return json.load(sys.stdin)
        text = Path(data[1:]).read_text() if data.startswith("@") else data
        return json.loads(text)
    except (OSError, ValueError) as error:
        raise Misuse(f"--data is no JSON: {error}") from None
