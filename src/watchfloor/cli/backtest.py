"""`watchfloor backtest FILE --out clusters.csv`: the floor's own grouping, offline, on history."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import msgspec
from django.utils import timezone

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.alerts.suppression import Suppressions
from watchfloor.aiops.configuration import SHIPPED, Configuration, decode, encode
from watchfloor.aiops.correlation.topology import Inventory, load_inventory
from watchfloor.aiops.errors import AiopsError
from watchfloor.aiops.ml.artifact import Artifact
from watchfloor.aiops.rehearsal.collecting import seldom_collected
from watchfloor.aiops.rehearsal.side import Side
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import Seconds
from watchfloor.cli.advisers import clusterer_with, read_adviser
from watchfloor.cli.announced import windows_of
from watchfloor.cli.anyfile import Found, read_any
from watchfloor.cli.dates import ORDERS
from watchfloor.cli.guessing import Guess
from watchfloor.cli.history import Item, column_map, opened, read_items, written
from watchfloor.cli.page.build import page_of
from watchfloor.cli.page.got import Got
from watchfloor.cli.page.render import render
from watchfloor.cli.progress import progress
from watchfloor.cli.truth import scores
from watchfloor.embedded.errors import Misuse
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.building import report_of
from watchfloor.noc.intake.reads import Rejected
from watchfloor.platform.accounts.keys import KeyInfo

IDENTITY_SECONDS: Seconds = 7 * 86_400
_OFFLINE_KEY = KeyInfo(UUID(int=0), tenant_id=0, integration_id=0, scopes=frozenset({"ingest"}))


@dataclass(slots=True)
class Line:
    """One line of the answer."""

    alert_id: str
    cluster_id: str
    suppressed: bool
    merged_into: str = ""


@dataclass(slots=True)
class Rehearsal:
    """One tenant's stream, and what became of it."""

    name: str
    stream: AlertStream
    side: Side
    got: Got | None = None
    """What a page tells of the reports themselves."""
    identities: dict[str, Seconds] = field(default_factory=dict)
    opened_by: dict[int, str] = field(default_factory=dict)
    members: list[tuple[str, int, bool]] = field(default_factory=list)
    kept: dict[str, list[int]] = field(default_factory=dict)
    """By alert, the members that are kept quiet and may be released yet."""
    fingerprints: set[str] = field(default_factory=set)

    def hear(self, report: Report, shown_id: str) -> None:
        heard = self.stream.stage.hear(self._or_touch(report))
        weighed, answer = self.side.follow(self.stream, heard)
        if self.got is not None:
            self.got.hear(heard)
        self.opened_by.setdefault(answer.cluster, shown_id)
        self.fingerprints.add(heard.view.alert_id)
        self._release(weighed.released)
        if weighed.suppression is not None:
            self.kept.setdefault(heard.view.alert_id, []).append(len(self.members))
        self.members.append((shown_id, answer.cluster, weighed.suppression is not None))

    def end(self) -> None:
        """Let go of what would have been released had the stream gone on."""
        self._release(self.stream.noise.let_go())

    def lines(self) -> Iterator[Line]:
        for shown_id, number, suppressed in self.members:
            into = self.side.root(number)
            yield Line(
                shown_id,
                self._name_of(number),
                suppressed,
                self._name_of(into) if into != number else "",
            )

    def _release(self, alert_ids: Iterable[str]) -> None:
        for alert_id in alert_ids:
            for place in self.kept.pop(alert_id, ()):
                shown_id, number, _ = self.members[place]
                self.members[place] = (shown_id, number, False)

    def _or_touch(self, report: Report) -> Report:
        """The same identity within 7 days is a repeat, as at the intake."""
        if report.identity is None:
            return report
        seen = self.identities.get(report.identity)
        if seen is not None and report.received_at - seen <= IDENTITY_SECONDS:
            return msgspec.structs.replace(report, is_touch=True)
        self.identities[report.identity] = report.received_at
        return report

    def _name_of(self, number: int) -> str:
        return f"{self.name}:{self.opened_by[number]}" if self.name else self.opened_by[number]


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--map", "mapping", default="", metavar="FIELD=COLUMN,...", help="Column names.")
@click.option("--inventory", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--adviser",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A model that `train` wrote; it advises from the first report on.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Figures as JSON.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="One page for people. Columns that --map does not name are guessed.",
)
@click.option("--operators", type=click.IntRange(1, 1000), default=1, help="Desks, for the load.")
@click.option("--dates", type=click.Choice(ORDERS), default=None, help="Whether 3/4 is in April.")
@click.option(
    "--truth",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV that says what each report was: it scores the answer and never enters it.",
)
@click.option("--json", is_flag=True, expose_value=False, help="What it prints is JSON anyway.")
@click.option("--home", expose_value=False, metavar="DIR", help="Not needed: no floor is started.")
def command(
    file: Path,
    mapping: str,
    inventory: Path | None,
    config: Path | None,
    adviser: Path | None,
    out: Path | None,
    report: Path | None,
    html: Path | None,
    operators: int,
    dates: str | None,
    truth: Path | None,
) -> None:
    """Group the reports of FILE as the floor would have, one line for each report."""
    if out is None and html is None:
        raise Misuse("name what to write: --out clusters.csv, --html page.html, or both")
    found = _read(file, mapping, guesses=html is not None, dates=dates or "")
    settings = _config(config)
    rehearsals = rehearse(
        found.items,
        inventory=world_of(inventory),
        config=settings,
        for_page=html is not None,
        adviser=read_adviser(adviser),
    )
    lines = [line for rehearsal in rehearsals for line in rehearsal.lines()]
    if out is not None:
        write_lines(lines, out)
    figures = figures_of(found.items, lines, rehearsals)
    if truth is not None:
        ended = [(line.alert_id, line.merged_into or line.cluster_id) for line in lines]
        figures["truth"] = scores(ended, truth)
    if report is not None:
        with written(report) as text:
            text.write(json.dumps(figures, indent=1) + "\n")
    if html is not None:
        _write_page(html, file, found, rehearsals, settings, operators)
    click.echo(json.dumps(figures))


def _read(file: Path, mapping: str, *, guesses: bool, dates: str) -> Found:
    """Read strictly by the map; for a page, guess what it leaves out and say so."""
    if not guesses:
        return Found(read_items(file, column_map(mapping)), Guess(column_map(mapping)), 0)
    found = read_any(file, column_map(mapping), dates)
    click.echo(f"columns: --map {found.guess.told()}", err=True)
    if found.skipped:
        click.echo(f"{found.skipped} rows without a readable time or kind are left out", err=True)
    return found


def _write_page(
    html: Path,
    file: Path,
    found: Found,
    rehearsals: Sequence[Rehearsal],
    config: Configuration,
    operators: int,
) -> None:
    page = page_of(
        name=file.name,
        columns={name: column for column, name in found.guess.columns.items()},
        skipped=found.skipped,
        sides=[(one.side, one.got) for one in rehearsals if one.got is not None],
        document=encode(config),
        operators=operators,
    )
    with written(html) as text:
        text.write(render(page))


@seldom_collected()
def rehearse(
    items: Sequence[Item],
    *,
    inventory: dict[str, Any] | None = None,
    config: Configuration = SHIPPED,
    for_page: bool = False,
    adviser: Artifact | None = None,
) -> list[Rehearsal]:
    """Tell each tenant's stream its reports, in order of arrival."""
    # Like a replay, history arrives now; its own times of arrival only say in which order.
    now = timezone.now().timestamp()
    found: dict[str, Rehearsal] = {}
    for item in progress(items, "grouping"):
        rehearsal = found.get(item.tenant)
        if rehearsal is None:
            stream = AlertStream(
                policy=config.alerts,
                noise=config.noise,
                suppressions=Suppressions(windows_of(inventory)),
                inventory=inventory_of(inventory, item.tenant),
                clusterer=clusterer_with(config.clustering, adviser),
            )
            side = Side(tenant=item.tenant, keeps_why=for_page)
            got = Got() if for_page else None
            rehearsal = found[item.tenant] = Rehearsal(item.tenant, stream, side, got)
        rehearsal.hear(*read_report(item, now))
    for rehearsal in found.values():
        rehearsal.end()
    return list(found.values())


def write_lines(lines: Iterable[Line], out: Path) -> None:
    with written(out) as file:
        writer = csv.writer(file)
        writer.writerow(["alert_id", "cluster_id", "suppressed", "merged_into"])
        for line in lines:
            writer.writerow(
                [line.alert_id, line.cluster_id, int(line.suppressed), line.merged_into]
            )


def figures_of(
    items: Sequence[Item], lines: Sequence[Line], rehearsals: Sequence[Rehearsal]
) -> dict[str, Any]:
    """Return reports, alerts, clusters, and how much is left of the load."""
    clusters = {line.merged_into or line.cluster_id for line in lines}
    shown = {line.merged_into or line.cluster_id for line in lines if not line.suppressed}
    alerts = sum(len(rehearsal.fingerprints) for rehearsal in rehearsals)
    days = max((items[-1].arrived_at - items[0].arrived_at) / 86_400, 1.0) if items else 1.0
    return {
        "reports": len(lines),
        "alerts": alerts,
        "clusters": len(clusters),
        "clusters_shown": len(shown),
        "cut": 1 - len(clusters) / len(lines) if lines else 0.0,
        "alerts_per_cluster": alerts / len(clusters) if clusters else 0.0,
        "clusters_per_day": len(shown) / days,
    }


def read_report(item: Item, now: Seconds) -> tuple[Report, str]:
    """Read an item as the intake does. Returns the report and the id it is shown by."""
    body = dict(item.body)
    shown_id = body.get("id") or f"row-{item.line}"
    read = report_of(body, item.line, Arrival(_OFFLINE_KEY, now))
    if isinstance(read, Rejected):
        raise Misuse(f"row {item.line}: {'; '.join(fault.message for fault in read.errors)}")
    if not isinstance(read, Report):
        raise Misuse(f"row {item.line} is no report")
    return read, shown_id


def _config(path: Path | None) -> Configuration:
    if path is None:
        return SHIPPED
    try:
        return decode(path.read_bytes())
    except AiopsError as error:
        raise Misuse(f"{path.name}: {error}") from None


def world_of(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    with opened(path) as text:
        try:
            world = json.load(text)
        except ValueError as error:
            raise Misuse(f"{path.name} is no JSON: {error}") from None
    if not isinstance(world, dict):
        raise Misuse(f'{path.name} must look like {{"clients": [...], "sites": [...]}}')
    return world


def inventory_of(world: dict[str, Any] | None, tenant: str) -> Inventory | None:
    """Return the tenant's part: rows that name another tenant are not its own."""
    if world is None:
        return None
    own = {
        name: [row for row in rows if row.get("tenant", tenant) == tenant]
        for name, rows in world.items()
        if name in {"clients", "sites", "devices"}
    }
    sites = {row.get("id") for row in own.get("sites", [])}
    own["devices"] = [row for row in own.get("devices", []) if row.get("site") in sites]
    try:
        return load_inventory(own)
    except AiopsError as error:
        raise Misuse(str(error)) from None
