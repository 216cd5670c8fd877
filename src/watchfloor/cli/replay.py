"""`watchfloor replay FILE|DIR`: recorded reports and events through the floor's HTTP, in order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import click
from django.db import connections
from django.db.models import F
from django.utils import timezone

from watchfloor.aiops.alerts.clock import BEHIND_TOLERANCE
from watchfloor.aiops.operation.events import STREAMS
from watchfloor.aiops.types import Seconds
from watchfloor.cli.context import floor
from watchfloor.cli.history import column_map, has_alerts, read_items
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.ownevents import Reading, fields_of, left_out, read_events, words_of
from watchfloor.cli.recorded import Sendable, sendable, streams_of
from watchfloor.cli.sending import Sent, stream
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.embedded.errors import Misuse
from watchfloor.noc.alerts.models import Report
from watchfloor.platform.accounts.models import Integration
from watchfloor.platform.accounts.senders import create_key, ensure_integration
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.platform.tenancy.services import create_tenant
from watchfloor.platform.zones import known_zone

INTEGRATION = "replay"
HISTORY = "?history=true"
OLD = timedelta(seconds=BEHIND_TOLERANCE)
LIVE = timedelta(hours=24)
"""Who sent within this time is a live sender."""


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--map", "mapping", default="", metavar="FIELD=COLUMN,...", help="Column names.")
@click.option(
    "--stream",
    "named",
    type=click.Choice(list(STREAMS)),
    help="PATH holds events of this stream: a row for each, CSV or JSON lines.",
)
@click.option(
    "--words",
    default="",
    metavar="THEIRS=OURS,...",
    help="With --stream: what words of kind and state mean.",
)
@click.option(
    "--zone",
    default="UTC",
    show_default=True,
    help="With --stream: whose clock tells times without a zone.",
)
@click.option("--history", "is_history", is_flag=True, help="Record events; raise nothing of them.")
@click.option("--dry-run", is_flag=True, help="Read all, say what is wrong, send nothing.")
@click.option("--speed", default="max", show_default=True, help="Times real time, or max.")
@click.option("--split-by", metavar="COLUMN", help="A tenant and a key for each value.")
@click.option("--url", help="A floor elsewhere; with --key.")
@click.option("--key", help="Its ingest key.")
@tenant_option
@json_option
@home_option
def command(
    path: Path,
    mapping: str,
    named: str | None,
    words: str,
    zone: str,
    is_history: bool,
    dry_run: bool,
    speed: str,
    split_by: str | None,
    url: str | None,
    key: str | None,
    tenant: str,
    as_json: bool,
    home: str | None,
) -> int:
    """Stream what PATH recorded into a running floor.

    A file of reports, the folder of a run, or with --stream somebody's own table of events:
    `replay year.csv --stream attendance --history --map ts=Time,person=Badge --dry-run`.
    """
    pace = _pace(speed)
    if named:
        items = _own(path, named, mapping, words, zone)
    else:
        items = _read(path, _columns(mapping, split_by), is_history=is_history)
    if is_history:
        items = [replace(one, door=one.door + HISTORY) for one in items]
    if dry_run:
        click.echo(f"{len(items)} can be read; nothing was sent")
        return 0
    if url or key:
        if not (url and key) or split_by:
            raise Misuse("--url and --key go together, and without --split-by")
        sent = stream(url, {"": key}, {"": items}, pace)
    else:
        sent = _to_local(items, pace, home, tenant, split=bool(split_by), is_history=is_history)
    _tell(sent, as_json=as_json)
    return 1 if sent.rejected else 0


def _own(path: Path, stream: str, mapping: str, words: str, zone: str) -> list[Sendable]:
    if path.is_dir():
        raise Misuse("--stream names what one file holds; the files of a folder say it themselves")
    try:
        known_zone(zone)
    except ValueError as error:
        raise Misuse(f"--zone: {error}") from None
    reading = Reading(stream, column_map(mapping, fields_of(stream)), words_of(words), zone)
    items = read_events(path, reading)
    if unused := left_out(path, reading):
        click.echo(f"left out, as no field takes them: {', '.join(unused)}", err=True)
    return items


def _columns(mapping: str, split_by: str | None) -> dict[str, str]:
    columns = column_map(mapping)
    return columns | {split_by: "tenant"} if split_by else columns


def _read(path: Path, columns: Mapping[str, str], *, is_history: bool) -> list[Sendable]:
    """Return what was recorded in order of arrival; of the same moment events come first.

    Raises: Misuse for reports as history: each of them is an alert.
    """
    events = streams_of(path) if path.is_dir() else []
    if is_history:
        if not events:
            raise Misuse("only events can be history: name what the file holds by --stream")
        return events
    reports = read_items(path, columns) if not events or has_alerts(path) else []
    return sorted([*events, *map(sendable, reports)], key=lambda one: one.arrived_at)


def _to_local(
    items: Sequence[Sendable],
    pace: float | None,
    home: str | None,
    tenant: str,
    *,
    split: bool,
    is_history: bool,
) -> Sent:
    with floor(home) as here:
        if here.url is None:
            raise Misuse(
                "no floor runs here: start one with `watchfloor up`, or give --url and --key"
            )
        parts: dict[str, list[Sendable]] = {}
        for item in items:
            parts.setdefault(item.tenant if split else "", []).append(item)
        slugs = {name: name.lower() if split else tenant for name in parts}
        if not is_history:
            for name, slug in slugs.items():
                _check_that_nobody_is_live(slug, newest=parts[name][-1].arrived_at)
        keys = {name: _key_for(slug, make=split) for name, slug in slugs.items()}
        connections.close_all()
        return stream(here.url, keys, parts, pace)


def _check_that_nobody_is_live(slug: str, *, newest: Seconds) -> None:
    """Raises: Misuse for old history where others send what happens now.

    Their reports lead the tenant's clock; the history's would all be taken for late ones.
    """
    now = timezone.now()
    tenant = Tenant.objects.using("system").filter(slug=slug).first()
    if tenant is None or now.timestamp() - newest <= BEHIND_TOLERANCE:
        return
    with tenant_scope(tenant.id):
        live = Report.objects.filter(
            tenant_id=tenant.id,
            received_at__gt=now - LIVE,
            occurred_at__gt=F("received_at") - OLD,
        )
        own = Integration.objects.filter(name=INTEGRATION).values("pk")
        if live.exclude(integration_id__in=own).exists():
            raise Misuse(
                f"the tenant {slug} has live senders, and old history belongs in one without: "
                "`watchfloor tenant create NAME`, then --tenant NAME"
            )


def _key_for(slug: str, *, make: bool) -> str:
    """Return a fresh key of the tenant's replay integration; the tenant is made if need be."""
    now = timezone.now()
    exists = Tenant.objects.using("system").filter(slug=slug).exists()
    tenant = create_tenant(slug, now=now) if make and not exists else tenant_named(slug)
    with tenant_scope(tenant.id):
        integration = ensure_integration(INTEGRATION, by=CLI, now=now)
        _, plain = create_key(INTEGRATION, integration=integration, by=CLI, now=now)
    return plain


def _pace(speed: str) -> float | None:
    if speed == "max":
        return None
    try:
        pace = float(speed)
    except ValueError:
        pace = 0.0
    if pace <= 0:
        raise Misuse(f"--speed {speed}: give max, or how many times real time, such as 10")
    return pace


def _tell(sent: Sent, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(sent)))
        return
    click.echo(f"{sent.accepted} accepted, {sent.rejected} rejected, {sent.retried} tried again")
    if sent.first_error:
        click.echo(f"first rejected: {sent.first_error}", err=True)
