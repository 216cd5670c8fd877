"""`watchfloor backtest FILE --out clusters.csv`: the floor's own grouping, offline, on history."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from watchfloor.aiops.configuration import SHIPPED, Configuration, decode, encode
from watchfloor.aiops.errors import AiopsError
from watchfloor.cli.advisers import read_adviser
from watchfloor.cli.anyfile import Found, read_any
from watchfloor.cli.dates import ORDERS
from watchfloor.cli.guessing import Guess
from watchfloor.cli.history import Item, column_map, read_items, written
from watchfloor.cli.inventories import read_inventory
from watchfloor.cli.offline import Line, Rehearsal, rehearse
from watchfloor.cli.page.build import page_of
from watchfloor.cli.page.render import render
from watchfloor.cli.truth import scores
from watchfloor.embedded.errors import Misuse


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
        inventory=read_inventory(inventory),
        config=settings,
        for_page=html is not None,
        adviser=read_adviser(adviser),
    )
    lines = [line for rehearsal in rehearsals for line in rehearsal.lines()]
    if out is not None:
        write_lines(lines, out)
    if html is not None:
        _write_page(html, file, found, rehearsals, settings, operators)
    figures = figures_of(found.items, lines, rehearsals)
    if truth is not None:
        figures["truth"] = _scores(lines, truth)
    _tell(figures, report)


def _scores(lines: Sequence[Line], truth: Path) -> dict[str, Any]:
    return scores([(one.alert_id, one.merged_into or one.cluster_id) for one in lines], truth)


def _tell(figures: dict[str, Any], report: Path | None) -> None:
    if report is not None:
        with written(report) as text:
            text.write(json.dumps(figures, indent=1) + "\n")
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


def _config(path: Path | None) -> Configuration:
    if path is None:
        return SHIPPED
    try:
        return decode(path.read_bytes())
    except AiopsError as error:
        raise Misuse(f"{path.name}: {error}") from None
