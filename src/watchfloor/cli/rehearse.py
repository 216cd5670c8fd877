"""`watchfloor rehearse`: what another configuration would have made of the last days."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import msgspec
from django.utils import timezone

from watchfloor.cli.context import floor
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.console import comparing
from watchfloor.embedded.errors import FloorError, Misuse
from watchfloor.noc.rehearsal import running, selectors, services
from watchfloor.noc.rehearsal.models import Rehearsal, RehearsalState
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.tenancy.context import tenant_scope

_WIDE = 32


@click.command()
@click.option("--days", type=click.IntRange(1, 400), default=30, help="Back from now.")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The candidate as JSON; without it, what is shipped.",
)
@click.option("--operators", type=click.IntRange(1, 1000), default=1, help="Desks, for the load.")
@tenant_option
@json_option
@home_option
def command(
    days: int,
    config: Path | None,
    operators: int,
    tenant: str,
    as_json: bool,
    home: str | None,
) -> None:
    """Replay stored reports under another configuration, beside the present one."""
    document = _document(config)
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        now = timezone.now()
        asked = services.rehearse(
            starts_at=now - timedelta(days=days),
            ends_at=now,
            document=document,
            operators=operators,
            by=CLI,
            now=now,
        )
        running.run(asked.pk, now=timezone.now)
        done = selectors.rehearsal(asked.pk)
    if done.state != RehearsalState.DONE:
        raise FloorError(done.error or f"the rehearsal is {done.state}: see /rehearsal/{done.pk}")
    click.echo(msgspec.json.encode(done.result).decode() if as_json else told(done))


def told(done: Rehearsal) -> str:
    """Return both sides as a table for a terminal."""
    outcome = comparing.read(done.result or {})
    lines = [f"{'':{_WIDE}}{'now':>12}{'candidate':>12}{'change':>12}"]
    lines += [
        f"{row.name:{_WIDE}}{row.current:>12}{row.candidate:>12}{row.change:>12}"
        for row in comparing.rows(outcome)
    ]
    lines.append(f"{outcome.reports:,} reports in {outcome.days:.1f} days; /rehearsal/{done.pk}")
    return "\n".join(lines)


def _document(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Misuse(f"{path.name}: {error}") from None
