"""`watchfloor upgrade`: a home of an older version comes to this one, with a way back.

1. All of the floor is backed up, by the PostgreSQL that its data is of.
2. Where this program brings a newer major version of PostgreSQL, the data is made anew from the
   backup; the old data stays beside it until that has worked.
3. The database is migrated.
"""

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

import click

from watchfloor import __version__
from watchfloor.cli import archive
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.parts import AnyGround
from watchfloor.embedded.account import service_account
from watchfloor.embedded.binaries import binaries_of, reachable_copy
from watchfloor.embedded.errors import Misuse
from watchfloor.embedded.ground import Ground, find_ground
from watchfloor.embedded.home import Home, Lock
from watchfloor.embedded.keep import make_folder


@dataclass(frozen=True, slots=True)
class Upgraded:
    before: str
    after: str
    postgres_before: int
    postgres_after: int
    backup: str


@click.command()
@home_option
@json_option
def command(home: str | None, as_json: bool) -> None:
    """Back up a floor that does not run, then bring it to this version."""
    place = Home.at(home)
    before = place.version()
    if before is None:
        raise Misuse(f"there is no floor in {place.path}: pass --home")
    done = upgrade(find_ground(place), before)
    if as_json:
        click.echo(json.dumps({name: getattr(done, name) for name in Upgraded.__slots__}))
    else:
        click.echo(
            f"{place.path} is of watchfloor {done.after} on PostgreSQL {done.postgres_after} now; "
            f"before it was {done.before} on {done.postgres_before}, backed up in {done.backup}"
        )


def upgrade(ground: AnyGround, before: str) -> Upgraded:
    _refuse_running(ground)
    old = _as_it_is(ground)
    backup = _backup_file(ground.home, before)
    with archive.standing(old):
        manifest = archive.write(old, backup)
    if isinstance(ground, Ground) and old is not ground:
        _make_data_anew(ground, backup)
    with archive.standing(ground):
        archive.migrate(ground)
        now_major = ground.server.binaries.major if isinstance(ground, Ground) else None
    return Upgraded(
        before, __version__, manifest.postgres_major, now_major or manifest.postgres_major,
        str(backup),
    )  # fmt: skip


def _refuse_running(ground: AnyGround) -> None:
    lock = Lock(ground.home)
    if not lock.take():
        raise Misuse(f"a floor runs in {ground.home.path}: stop it first")
    lock.release()


def _as_it_is(ground: AnyGround) -> AnyGround:
    """Return the ground with the programs of the PostgreSQL that its data is of."""
    if not isinstance(ground, Ground) or not ground.server.exists:
        return ground
    server = ground.server
    if server.major_of_data == server.binaries.major:
        return ground
    programs = server.data.parent / "programs"
    found = binaries_of(server.major_of_data, programs)
    found = reachable_copy(found, service_account(), programs)
    return replace(ground, server=replace(server, binaries=found))


def _backup_file(home: Home, version: str) -> Path:
    folder = home.path / "backups"
    make_folder(folder, 0o700)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return folder / f"before-upgrade-of-{version}-{stamp}.tar"


def _make_data_anew(ground: Ground, backup: Path) -> None:
    data = ground.server.data
    aside = data.with_name(f"{data.name}.postgresql-{ground.server.major_of_data}")
    data.rename(aside)
    unpacked = backup.with_suffix(".unpacked")
    try:
        manifest = archive.unpack(backup, unpacked)
        with archive.standing(ground):
            archive.load(ground, unpacked, manifest)
    except BaseException:
        archive.remove_tree(data)
        aside.rename(data)
        raise
    finally:
        archive.remove_tree(unpacked)
    archive.remove_tree(aside)
