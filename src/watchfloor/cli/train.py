"""`watchfloor train clustering`: teach the adviser from what operators said and alerts did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import click
import msgspec
from django.utils import timezone

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.training.examples import LabelledPair
from watchfloor.aiops.training.hearing import views
from watchfloor.aiops.training.placed import Fared
from watchfloor.aiops.training.train import TooFewLabels, Trained, train
from watchfloor.cli.context import floor
from watchfloor.cli.files import opened
from watchfloor.cli.history import Item, column_map, read_items
from watchfloor.cli.inventories import inventory_of, read_inventory
from watchfloor.cli.offline import read_report
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.progress import progress
from watchfloor.cli.tenants import DEFAULT, tenant_named
from watchfloor.domain.naming.book import open_book
from watchfloor.embedded.errors import FloorError, Misuse
from watchfloor.noc.alerts import rules
from watchfloor.noc.clustering import training
from watchfloor.noc.incidents.handled import handled_alerts
from watchfloor.noc.rehearsal import history, labels
from watchfloor.noc.rehearsal.selectors import enabled_configuration
from watchfloor.noc.teaching import selectors as teaching
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.tables import read_table
from watchfloor.platform.tenancy.context import tenant_scope

_FILE = click.Path(exists=True, path_type=Path)
_COLUMNS = ("alert_id", "incident")


@click.group("train")
def command() -> None:
    """Train a model. It is used only if it beats the rules alone on later data."""


@command.command()
@click.option("--days", type=click.IntRange(1, 400), default=30, help="Back from now.")
@click.option("--from", "file", type=_FILE, help="Recorded reports instead of the floor's own.")
@click.option("--map", "mapping", default="", metavar="FIELD=COLUMN,...", help="Column names.")
@click.option("--inventory", type=_FILE, help="JSON of clients, sites and devices; with --from.")
@click.option(
    "--labels",
    "said",
    type=_FILE,
    help="CSV of alert_id and incident, which is empty for nothing; with --from.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the model goes; with --from.",
)
@click.option("--tenant", metavar="SLUG", help="Whose data; with --from, one named in the file.")
@json_option
@home_option
def clustering(
    days: int,
    file: Path | None,
    mapping: str,
    inventory: Path | None,
    said: Path | None,
    out: Path | None,
    tenant: str | None,
    as_json: bool,
    home: str | None,
) -> None:
    """Train the model that advises grouping, and hold it against the rules alone."""
    if file is None and (inventory or said or out or mapping):
        raise Misuse("--map, --inventory, --labels and --out go with --from FILE")
    try:
        if file is None:
            trained = _on_floor(tenant or DEFAULT, days, home)
        else:
            items = _of_tenant(read_items(file, column_map(mapping)), tenant)
            trained = _on_file(items, inventory, said)
    except TooFewLabels as error:
        raise FloorError(str(error)) from None
    if out is not None:
        _write(trained, out)
    click.echo(msgspec.json.encode(_figures(trained)).decode() if as_json else told(trained))


def told(trained: Trained) -> str:
    """Return the gate's figures as a table for a terminal."""
    gate = trained.gate
    rows = zip(
        ("tickets", "placed by the adviser", gate.measure, "tickets for nothing", "buried",
         "incidents hidden", "placed right and wrong"),
        _row(gate.rules), _row(gate.adviser), strict=True,
    )  # fmt: skip
    lines = [f"{'on later data':24}{'rules':>10}{'advised':>10}"]
    lines += [f"{name:24}{rules:>10}{advised:>10}" for name, rules, advised in rows]
    verdict = "it advises" if gate.passes else "it stays out: " + "; ".join(gate.reasons)
    return "\n".join([*lines, f"{trained.artifact.sha256[:12]}: {verdict}"])


def _row(side: object) -> list[str]:
    values = msgspec.structs.astuple(side)  # type: ignore[arg-type]
    return [_cell(value) for value in values]


def _cell(value: object) -> str:
    if isinstance(value, Fared):
        return f"{value.right} / {value.wrong}"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _figures(trained: Trained) -> dict[str, object]:
    return {"sha256": trained.artifact.sha256, "trained": trained.artifact.card.trained,
            "gate": trained.gate.card()}  # fmt: skip


def _write(trained: Trained, out: Path) -> None:
    try:
        out.write_bytes(trained.artifact.pack())
    except OSError as error:
        raise Misuse(f"{out} cannot be written: {error.strerror}") from None


def _on_floor(tenant: str, days: int, home: str | None) -> Trained:
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        now = timezone.now()
        return on_stored(now - timedelta(days=days), now)


def on_stored(start: datetime, now: datetime) -> Trained:
    """Train on what is stored of the tenant in scope, and on what people made of it."""
    config = enabled_configuration()
    stream = AlertStream(
        policy=config.alerts, noise=config.noise, suppressions=rules.suppressions()
    )
    stream.stage.places = open_book().places
    known = {**handled_alerts(start, now), **labels.labels(start, now)}
    pairs = [
        LabelledPair(pair.one.hex, pair.other.hex, pair.links)
        for pair in teaching.labelled_pairs(start, now)
    ]
    told = ((one.report, one.key) for one in history.replayed(start, now, {}))
    _, trained = training.train_adviser(
        _some(list(views(stream, told))),
        labels={pk.hex: UUID(name).hex for pk, name in known.items()},
        said=pairs,
        config=config.clustering,
        lessons=teaching.lessons_in_effect(),
        by=CLI,
        now=now,
    )
    return trained


def _on_file(items: Sequence[Item], inventory: Path | None, said: Path | None) -> Trained:
    names = {} if said is None else read_labels(said)
    stream = AlertStream(inventory=inventory_of(read_inventory(inventory), items[0].tenant))
    labels: dict[str, str] = {}
    found = list(views(stream, _reports(items, names, labels)))
    return train(found, labels=labels, config=ClusteringConfig())


def _reports(
    items: Sequence[Item], names: Mapping[str, str], labels: dict[str, str]
) -> Iterator[tuple[Report, str]]:
    """Yield the reports, and note in `labels` what is said of each."""
    now = timezone.now().timestamp()
    for item in progress(items, "reading"):
        report, shown_id = read_report(item, now)
        if shown_id in names:
            labels[report.event_id] = names[shown_id]
        yield report, ""


def _of_tenant(items: Sequence[Item], tenant: str | None) -> Sequence[Item]:
    """Return the items of one tenant; a file of several must say of which."""
    names = sorted({item.tenant for item in items})
    if tenant is None and len(names) > 1:
        raise Misuse(f"the file has several tenants: name one by --tenant: {', '.join(names)}")
    own = [item for item in items if tenant is None or item.tenant == tenant]
    if not own:
        raise Misuse("there are no reports to learn from")
    return own


def _some(found: list[ReportView]) -> list[ReportView]:
    if not found:
        raise TooFewLabels("there are no reports of that time: the rules decide alone")
    return found


def read_labels(file: Path) -> dict[str, str]:
    """Return the incident of each report of a CSV. Raises: Misuse."""
    with opened(file) as lines:
        table = read_table(lines)
        lacking = [name for name in _COLUMNS if name not in table.heads]
        if lacking:
            raise Misuse(f"{file.name} lacks {', '.join(lacking)}; columns: {', '.join(_COLUMNS)}")
        return {row["alert_id"]: row["incident"] for row in table.rows}
