"""`watchfloor bench WHAT`: measure, print, and write the figures into docs/results.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from django.utils import timezone

import watchfloor
from watchfloor.bench import desks as at_desks
from watchfloor.bench import ingest as ingesting
from watchfloor.bench import kill as killing
from watchfloor.bench import lifesafety, memory, names, peers, starting, streams
from watchfloor.bench import live as living
from watchfloor.bench.browsers import needing_browser
from watchfloor.bench.floors import NotMeasured
from watchfloor.bench.grouping import measuring as grouping
from watchfloor.bench.grouping.regimes import Extent
from watchfloor.bench.machine import described
from watchfloor.bench.results import Row, Section, write
from watchfloor.bench.sensing import measuring as sensing
from watchfloor.cli.options import json_option
from watchfloor.embedded.errors import FloorError, Misuse

FAILED = 1
_F = TypeVar("_F", bound=Callable[..., Any])
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("bench")
def command() -> None:
    """Measure, and write docs/results.md. Each starts what it measures in an empty home."""


def results_option(function: _F) -> _F:
    """Add `--out FILE`; without it the repository's docs/results.md is written."""
    return click.option(
        "--out", type=click.Path(dir_okay=False, path_type=Path), help="Instead of docs/results.md."
    )(json_option(function))


def data_option(function: _F) -> _F:
    return click.option("--data", type=FOLDER, help="The folder of recorded data.")(function)


@command.command()
@data_option
@click.option("--limit", type=int, help="At most so many reports of the stream.")
@click.option(
    "--against", multiple=True, type=click.Choice(peers.NAMES),
    help="And the same on a peer; may be given for each.",
)  # fmt: skip
@results_option
def ingest(
    data: Path | None, limit: int | None, against: tuple[str, ...], out: Path | None, as_json: bool
) -> int:
    """Reports a second, and processor seconds for a thousand, in hundreds and one by one."""
    words = "watchfloor bench ingest" + (" --data DIR" if data else "")
    theirs = [
        (name, _measured(partial(peers.measure, name, streams.stream(data, limit=limit))))
        for name in against
    ]
    ours = _measured(lambda: ingesting.measure(data, limit=limit))
    if not theirs:
        return _finish("ingest", "Ingest", words, ingesting.rows(ours), out, as_json=as_json)
    return max(
        _finish(f"ingest-{name}", f"Ingest beside {peer.name}", f"{words} --against {name}",
                peers.rows(ours, peer), out, as_json=as_json)
        for name, peer in theirs
    )  # fmt: skip


@command.command()
@click.option("--moments", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--seed", default=1, show_default=True)
@results_option
def kill(moments: int, seed: int, out: Path | None, as_json: bool) -> int:
    """kill -9 of parts, or of everything, at random moments under load: is anything lost?"""
    found = _measured(lambda: killing.measure(moments, seed))
    words = f"watchfloor bench kill --moments {moments} --seed {seed}"
    return _finish("kill", "Killed under load", words, killing.rows(found), out, as_json=as_json)


@command.command("life-safety")
@click.option("--storm", default=lifesafety.STORM, show_default=True, help="Reports around them.")
@results_option
def life_safety(storm: int, out: Path | None, as_json: bool) -> int:
    """500 calls for help inside a storm: on screen when, and each in an incident of its own?"""
    found = _measured(lambda: lifesafety.measure(_now, reports=storm))
    words = "watchfloor bench life-safety"
    rows = lifesafety.rows(found)
    return _finish("life-safety", "Life safety in a storm", words, rows, out, as_json=as_json)


@command.command()
@results_option
def live(out: Path | None, as_json: bool) -> int:
    """1,000 reports in a minute, one page and 49 sockets open: how long until each has them?"""
    found = _measured(living.measure)
    rows, notes, words = living.rows(found), living.notes(found), "watchfloor bench live"
    return _finish("live", "Sent to visible", words, rows, out, notes=notes, as_json=as_json)


@command.command("console")
@click.option("--soak", "minutes", default=0, metavar="MINUTES", type=click.IntRange(0, 480),
              help="And leave a full list open under load for so long.")  # fmt: skip
@results_option
def at_console(minutes: int, out: Path | None, as_json: bool) -> int:
    """Pages in a real Chromium: painting, ten thousand rows, keys, restarts, queries, faults."""
    measuring = _measured(lambda: needing_browser("watchfloor.bench.console.measuring"))
    load = measuring.Load(soak_minutes=minutes)
    rows = measuring.rows(_measured(lambda: measuring.measure(_now, load)))
    words = "watchfloor bench console" + (f" --soak {minutes}" if minutes else "")
    return _finish("console", "The console", words, rows, out, as_json=as_json)


@command.command()
@data_option
@click.option(
    "--only", default="", metavar="NAME,...", help=f"Some of: {', '.join(grouping.NAMES)}."
)
@click.option("--quick", is_flag=True, help="A sample of each; nothing is written.")
@results_option
def cluster(data: Path | None, only: str, quick: bool, out: Path | None, as_json: bool) -> int:
    """Grouping in every regime, with default settings; a section of the results for each."""
    names = _chosen(only, grouping.NAMES)
    words = "watchfloor bench cluster" + (" --data DIR" if data else "")
    file = None if quick else out or _results_file()
    machine, today = described(), f"{timezone.now():%Y-%m-%d}"
    statuses, told = [], []
    extent = Extent(data, quick, is_alone=len(names) == 1 and not quick)
    for part in grouping.measure(names, extent, _say):
        title = f"Grouping: {part.title}"
        section = Section(
            f"cluster-{part.name}", title, words, machine, today, part.rows, part.notes
        )
        if file is not None:
            write(section, file)
        told.append({"name": part.name, "rows": part.rows, "scores": part.scores})
        if not as_json:
            click.echo(section.text() + "\n")
        statuses.append(section.is_met)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(told)))
    return 0 if all(statuses) else FAILED


@command.command("sensing")
@click.option("--data", type=FOLDER, required=True, help="The folder of recorded data.")
@click.option(
    "--only", default="", metavar="NAME,...", help=f"Some of: {', '.join(sensing.PARTS)}."
)
@results_option
def sense(data: Path, only: str, out: Path | None, as_json: bool) -> int:
    """What the operation shows by itself, against a known truth; a section for each part."""
    statuses = [
        _finish(f"sensing-{name}", f"Sensing: {part.title}", "watchfloor bench sensing --data DIR",
                part.rows, out, notes=part.notes, as_json=as_json)
        for name, part in sensing.measure(_chosen(only, list(sensing.PARTS)), data, _say)
    ]  # fmt: skip
    return max(statuses)


def _chosen(only: str, known: Sequence[str]) -> Sequence[str]:
    """Return which of the known names `--only` says, all of them where it says none."""
    names = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := sorted(set(names) - set(known)):
        raise Misuse(f"--only: there is no {unknown[0]!r}; send {', '.join(known)}")
    return names or known


def _say(line: str) -> None:
    click.echo(line, err=True)


@command.command()
@click.option("--acts", default=at_desks.ACTS, show_default=True, type=click.IntRange(60))
@click.option("--seed", default=1, show_default=True)
@results_option
def desks(acts: int, seed: int, out: Path | None, as_json: bool) -> int:
    """Random acts of six desks, many on one incident at once: is any applied twice, who is told?"""
    found = _measured(lambda: at_desks.measure(_now, acts, seed))
    words = f"watchfloor bench desks --acts {acts} --seed {seed}"
    return _finish("desks", "Six desks", words, at_desks.rows(found), out, as_json=as_json)


@command.command("names")
@results_option
def match_names(out: Path | None, as_json: bool) -> int:
    """20,000 alarms of 500 sites, 15 % misspelt: how many end at the right one, any at a wrong?"""
    found = _measured(names.measure)
    words = "watchfloor bench names"
    return _finish("names", "Misspelt names", words, names.rows(found), out, as_json=as_json)


@command.command("memory")
@click.option("--reports", default=100_000, show_default=True, type=click.IntRange(1000))
@results_option
def hold(reports: int, out: Path | None, as_json: bool) -> int:
    """Memory of the process tree, idle and after many reports."""
    found = _measured(lambda: memory.measure(reports))
    words = f"watchfloor bench memory --reports {reports}"
    return _finish("memory", "Memory", words, memory.rows(found), out, as_json=as_json)


@command.command("start")
@results_option
def start(out: Path | None, as_json: bool) -> int:
    """A fresh clone in an empty folder: first page with pip, with uv, warm; and what is left."""
    found = _measured(lambda: starting.measure(_checkout()))
    words = "watchfloor bench start"
    return _finish("start", "Start and end", words, starting.rows(found), out, as_json=as_json)


@command.command("newcomer")
@results_option
def arrive(out: Path | None, as_json: bool) -> int:
    """A fresh clone, first steps in a real Chromium: until own alarms are on screen, grouped."""
    newcomer = _measured(lambda: needing_browser("watchfloor.bench.newcomer"))
    rows = newcomer.rows(_measured(lambda: newcomer.measure(_checkout())))
    words = "watchfloor bench newcomer"
    return _finish("newcomer", "A newcomer", words, rows, out, as_json=as_json)


def _checkout() -> Path:
    repository = Path(watchfloor.__file__).resolve().parents[2]
    if not (repository / ".git").exists():
        raise FloorError("this is no checkout: clone the repository and measure from there")
    return repository


def _now() -> float:
    return timezone.now().timestamp()


def _measured(measure: Callable[[], Any]) -> Any:
    try:
        return measure()
    except NotMeasured as error:
        raise FloorError(str(error)) from None


def _finish(
    name: str,
    title: str,
    words: str,
    rows: Sequence[Row],
    out: Path | None,
    *,
    notes: Sequence[str] = (),
    as_json: bool,
) -> int:
    """Write the section and print it. Returns the exit status: 1 where a least was missed."""
    today = f"{timezone.now():%Y-%m-%d}"
    section = Section(name, title, words, described(), today, rows, notes)
    write(section, out or _results_file())
    click.echo(json.dumps([asdict(row) for row in rows]) if as_json else section.text())
    return 0 if section.is_met else FAILED


def _results_file() -> Path:
    """Return the repository's file; beside us where the package is installed without one."""
    docs = Path(watchfloor.__file__).resolve().parents[2] / "docs"
    return (docs if docs.is_dir() else Path.cwd()) / "results.md"
