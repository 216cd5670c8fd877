"""`watchfloor demo company`: a run of the simulated company, with the truth, to files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from watchfloor.cli.options import json_option
from watchfloor.demo.company.files import write_run
from watchfloor.demo.company.running import BEAT_PERIOD, DESKS, run_company
from watchfloor.demo.company.seasons import DAY
from watchfloor.demo.world import make_world
from watchfloor.embedded.errors import Misuse

BEGINS = "2026-03-02"


@click.command()
@click.option("--days", type=click.IntRange(1, 400), default=28, show_default=True)
@click.option("--sites", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--begins", default=BEGINS, show_default=True, help="The first day, in UTC.")
@click.option("--beat", type=click.IntRange(1, 60), default=int(BEAT_PERIOD // 60),
              show_default=True, help="Minutes between two beats of a device.")  # fmt: skip
@click.option("--desks", type=click.IntRange(0, 50), default=DESKS, show_default=True,
              help="Operators of its own; 0 lets every cause take its course.")  # fmt: skip
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="The folder for the files.")  # fmt: skip
@json_option
def company(
    days: int,
    sites: int,
    seed: int,
    begins: str,
    beat: int,
    desks: int,
    out: Path,
    as_json: bool,
) -> None:
    """Run the simulated company, and write its streams and the truth to files."""
    start, period = _day(begins), beat * 60.0
    made = run_company(make_world(seed, sites=sites), seed, start, period=period, desks=desks)
    try:
        summary = write_run(made, start + days * DAY, out, period=period)
    except OSError as error:
        raise Misuse(f"{out} cannot be written: {error.strerror}") from None
    told = "{alerts} alerts, {incidents} incidents, {heartbeats} beats in {out}"
    click.echo(json.dumps(summary) if as_json else told.format(**summary, out=out))


def _day(text: str) -> float:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Misuse(f"--begins {text}: give a day such as {BEGINS}") from None
