"""`watchfloor backup`: all of a floor in one file, while it runs or not."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from watchfloor.cli import archive
from watchfloor.cli.options import home_option, json_option
from watchfloor.embedded.errors import Misuse
from watchfloor.embedded.ground import find_ground
from watchfloor.embedded.home import Home


@click.command()
@home_option
@json_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, resolve_path=True))
def command(home: str | None, as_json: bool, file: Path) -> None:
    """Write the floor to FILE. Who has it can read all and sign as the floor: keep it safe."""
    place = Home.at(home)
    if place.version() is None:
        raise Misuse(f"there is no floor in {place.path}: pass --home")
    if not file.parent.is_dir():
        raise Misuse(f"there is no folder {file.parent}: make it first")
    ground = find_ground(place)
    with archive.standing(ground):
        manifest = archive.write(ground, file)
    if as_json:
        click.echo(json.dumps({"file": str(file), **asdict(manifest)}))
    else:
        rows = sum(manifest.rows.values())
        click.echo(f"wrote {file}: {rows} rows, {file.stat().st_size / 1e6:.1f} MB; keep it secret")
