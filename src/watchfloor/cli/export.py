"""`watchfloor export WHAT --out FILE`: all rows of a kind, streamed to CSV or JSON lines."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from django.db import transaction
from django.utils import timezone

from watchfloor.cli.context import floor
from watchfloor.cli.exporting import KINDS, writer_for
from watchfloor.cli.history import written
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.tenancy.context import tenant_scope


@click.command()
@click.argument("what", type=click.Choice(list(KINDS)))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@tenant_option
@json_option
@home_option
def command(what: str, out: Path, tenant: str, as_json: bool, home: str | None) -> None:
    """Write all rows of a kind to a file: .csv or .jsonl, each also as .gz."""
    write, kind, now = writer_for(out), KINDS[what], timezone.now()
    with floor(home), tenant_scope(tenant_named(tenant).pk), transaction.atomic():
        with written(out) as file:
            count = write(file, kind.columns, kind.rows(now))
        after = {"what": what, "rows": count}
        audit.record(CLI, "data.exported", "tenant", tenant, at=now, after=after)
    found = {"what": what, "rows": count, "out": str(out)}
    click.echo(msgspec.json.encode(found).decode() if as_json else f"{count} {what} in {out}")
