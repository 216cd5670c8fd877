"""`watchfloor replay FILE|DIR`: recorded reports and events through the floor's HTTP, in order."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event

import click
import httpx
from django.db import connections
from django.db.models import F
from django.utils import timezone

from watchfloor.aiops.alerts.clock import BEHIND_TOLERANCE
from watchfloor.aiops.types import Seconds
from watchfloor.cli.context import floor
from watchfloor.cli.history import column_map, has_alerts, read_items
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.progress import Bar, bar
from watchfloor.cli.recorded import Sendable, sendable, streams_of
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.embedded.errors import FloorError, Misuse
from watchfloor.noc.alerts.models import Report
from watchfloor.platform.accounts.models import Integration
from watchfloor.platform.accounts.senders import create_key, ensure_integration
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.platform.tenancy.services import create_tenant

INTEGRATION = "replay"
BATCH = 100
OLD = timedelta(seconds=BEHIND_TOLERANCE)
LIVE = timedelta(hours=24)
"""Who sent within this time is a live sender."""
PATIENCE: Seconds = 120.0
"""How long a floor that answers 503 is tried again before the replay gives up."""
_TIMEOUT = httpx.Timeout(30.0)


@dataclass(slots=True)
class Sent:
    """What the floor answered."""

    accepted: int = 0
    rejected: int = 0
    retried: int = 0
    first_error: str = ""


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--map", "mapping", default="", metavar="FIELD=COLUMN,...", help="Column names.")
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
    speed: str,
    split_by: str | None,
    url: str | None,
    key: str | None,
    tenant: str,
    as_json: bool,
    home: str | None,
) -> int:
    """Stream what PATH recorded into a running floor: a file of reports, or the folder of a run."""
    columns = column_map(mapping)
    if split_by:
        columns[split_by] = "tenant"
    items = _read(path, columns)
    pace = _pace(speed)
    if url or key:
        if not (url and key) or split_by:
            raise Misuse("--url and --key go together, and without --split-by")
        sent = stream(url, {"": key}, {"": items}, pace)
    else:
        sent = _to_local(items, pace, home, tenant, split=bool(split_by))
    _tell(sent, as_json=as_json)
    return 1 if sent.rejected else 0


def _read(path: Path, columns: Mapping[str, str]) -> list[Sendable]:
    """Return what was recorded in order of arrival; of the same moment events come first."""
    events = streams_of(path) if path.is_dir() else []
    reports = read_items(path, columns) if not events or has_alerts(path) else []
    return sorted([*events, *map(sendable, reports)], key=lambda one: one.arrived_at)


def stream(
    url: str, keys: Mapping[str, str], items: Mapping[str, Sequence[Sendable]], pace: float | None
) -> Sent:
    """Send each tenant's items with its key, tenants side by side, each in its own order."""
    total = Sent()
    start = min((batch[0].arrived_at for batch in items.values() if batch), default=0.0)
    began, stop = time.monotonic(), Event()
    with bar(sum(map(len, items.values())), "sending") as shown, ThreadPoolExecutor(8) as pool:
        sending = [
            pool.submit(_send_all, url, keys[name], part, _Pace(pace, start, began), shown, stop)
            for name, part in items.items()
        ]
        try:
            parts = [future.result() for future in sending]
        finally:
            stop.set()
    for part in parts:
        total.accepted += part.accepted
        total.rejected += part.rejected
        total.retried += part.retried
        total.first_error = total.first_error or part.first_error
    return total


@dataclass(frozen=True, slots=True)
class _Pace:
    """Real time times `speed` since the stream's start; None: as fast as it goes."""

    speed: float | None
    start: Seconds
    began: float

    def wait_for(self, at: Seconds, stop: Event) -> None:
        if self.speed is not None:
            stop.wait(max(self.began + (at - self.start) / self.speed - time.monotonic(), 0))

    def batches(self, items: Sequence[Sendable]) -> Iterator[list[Sendable]]:
        """At a pace, what falls into one tenth of a second goes together, through one door."""
        if self.speed is None:
            yield from _parcels(items)
            return
        tenth = self.speed / 10
        for _, together in itertools.groupby(items, lambda item: item.arrived_at // tenth):
            yield from _parcels(list(together))


def _parcels(items: Iterable[Sendable]) -> Iterator[list[Sendable]]:
    for _, together in itertools.groupby(items, lambda item: item.door):
        while parcel := list(itertools.islice(together, BATCH)):
            yield parcel


def _send_all(
    url: str, key: str, items: Sequence[Sendable], pace: _Pace, shown: Bar, stop: Event
) -> Sent:
    sent = Sent()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT) as client:
        for batch in pace.batches(items):
            pace.wait_for(batch[0].arrived_at, stop)
            if stop.is_set():
                break
            _send(client, batch[0].door, f"[{','.join(one.content for one in batch)}]", sent)
            shown.advance(len(batch))
    return sent


def _send(client: httpx.Client, door: str, body: str, sent: Sent) -> None:
    """Send one body until it is answered. What has ids counts once, however often it is sent."""
    deadline = time.monotonic() + PATIENCE
    while True:
        wait = 1.0
        try:
            answer = client.post(door, content=body)
            if answer.status_code != 503:
                break
            wait = float(answer.headers.get("Retry-After", wait))
        except httpx.TransportError as error:
            if time.monotonic() > deadline:
                raise FloorError(f"the floor at {client.base_url} is away: {error}") from None
        if time.monotonic() > deadline:
            raise FloorError("the floor answers 503 for two minutes; see `watchfloor doctor`")
        sent.retried += 1
        time.sleep(wait)
    if answer.status_code not in (202, 400):
        raise Misuse(f"the floor answered {answer.status_code}: {answer.text[:200]}")
    _count(answer.json(), sent)


def _count(told: dict[str, object], sent: Sent) -> None:
    accepted, rejected = told.get("accepted", 0), told.get("rejected", [])
    if isinstance(accepted, int):
        sent.accepted += accepted
    if isinstance(rejected, list) and rejected:
        sent.rejected += len(rejected)
        sent.first_error = sent.first_error or json.dumps(rejected[0])


def _to_local(
    items: Sequence[Sendable], pace: float | None, home: str | None, tenant: str, *, split: bool
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
