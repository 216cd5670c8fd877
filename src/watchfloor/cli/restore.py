"""`watchfloor restore`: a home from a backup, complete or not at all."""

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from watchfloor import __version__
from watchfloor.cli import archive
from watchfloor.cli.archive import Manifest
from watchfloor.cli.options import home_option, json_option
from watchfloor.embedded.binaries import find_binaries
from watchfloor.embedded.errors import Misuse
from watchfloor.embedded.external import URL, external_ground
from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home, is_newer
from watchfloor.embedded.keep import write_private


@click.command()
@home_option
@json_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(home: str | None, as_json: bool, file: Path) -> None:
    """Make a home from the backup FILE. The home must be new or empty."""
    place = Home.at(home)
    if external_ground(place) is not None:
        raise Misuse(f"{URL} is set: restore makes a home of its own; see the manual of pg_restore")
    if place.path.exists() and any(place.path.iterdir()):
        raise Misuse(f"{place.path} is not empty: name a new folder with --home")
    existed = place.path.exists()
    try:
        manifest = restore(file, place)
    except BaseException:
        _take_away(place, keep_folder=existed)
        raise
    if as_json:
        click.echo(json.dumps({"home": str(place.path), **asdict(manifest)}))
    else:
        click.echo(
            f"restored {sum(manifest.rows.values())} rows of {manifest.created_at} into "
            f"{place.path}; start it with: watchfloor up --home {place.path}"
        )


def restore(file: Path, home: Home) -> Manifest:
    with tempfile.TemporaryDirectory(dir=_existing_parent(home.path)) as work:
        unpacked = Path(work)
        manifest = archive.unpack(file, unpacked)
        _check_versions(file, manifest)
        ground = lay_ground(home)
        write_private(home.secret_key_file, (unpacked / archive.KEY).read_text())
        if (unpacked / archive.ANCHORS).exists():
            shutil.move(unpacked / archive.ANCHORS, home.path / archive.ANCHORS)
        if (unpacked / archive.EVIDENCE).exists():
            shutil.copytree(unpacked / archive.EVIDENCE, home.evidence, dirs_exist_ok=True)
        with archive.standing(ground):
            archive.load(ground, unpacked, manifest)
            archive.migrate(ground)
    return manifest


def _check_versions(file: Path, manifest: Manifest) -> None:
    if is_newer(manifest.version, __version__):
        raise Misuse(
            f"{file} was written by watchfloor {manifest.version} and this is {__version__}: "
            "use the newer program"
        )
    here = find_binaries().major
    if manifest.postgres_major > here:
        raise Misuse(
            f"{file} is of PostgreSQL {manifest.postgres_major} and {here} is installed: "
            f"install PostgreSQL {manifest.postgres_major} or newer"
        )


def _existing_parent(path: Path) -> Path:
    return next(parent for parent in path.parents if parent.exists())


def _take_away(home: Home, *, keep_folder: bool) -> None:
    """Leave nothing half made, wherever the data lies."""
    if home.pointer.exists():
        shutil.rmtree(home.pointer.read_text().strip(), ignore_errors=True)
    for path in home.path.iterdir() if home.path.exists() else ():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if not keep_folder and home.path.exists():
        home.path.rmdir()
