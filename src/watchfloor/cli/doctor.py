"""`watchfloor doctor`: is this machine fit, is this home sound, and does the disk keep its word."""

import json
import os
import platform
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import psycopg

from watchfloor import __version__
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.parts import AnyGround
from watchfloor.cli.running import running_url
from watchfloor.embedded.binaries import find_binaries
from watchfloor.embedded.errors import FloorError
from watchfloor.embedded.ground import Ground, find_ground
from watchfloor.embedded.home import Home, Lock
from watchfloor.embedded.roles import OWNER, ROLES

LEAST_FREE_BYTES = 1024**3
DEFAULT_PORT = 8000
PROBES = 50
PAGE = b"\0" * 8192
SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    ok: bool
    detail: str


@click.command()
@home_option
@json_option
def command(home: str | None, as_json: bool) -> int:
    """Say whether this machine and this home are sound; exit status 1 if something is not."""
    findings = list(examine(Home.at(home)))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.name}: {finding.detail}")
    return 0 if all(finding.ok for finding in findings) else 1


def examine(home: Home) -> Iterator[Finding]:
    yield Finding("program", True, f"watchfloor {__version__}, Python {sys.version.split()[0]}")
    yield Finding("system", True, f"{platform.platform()}, {os.cpu_count()} cores")
    yield _told("postgresql", _binaries)
    try:
        ground = find_ground(home)
        with _server(ground):
            yield Finding("home", True, f"{home.path}, version {home.version() or __version__}")
            yield from _space(ground)
            yield from _database(ground)
    except (FloorError, psycopg.Error) as error:
        yield Finding("home", False, " ".join(str(error).split()))
    yield _port(home)


def _told(name: str, examine_it: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, examine_it())
    except FloorError as error:
        return Finding(name, False, str(error))


def _binaries() -> str:
    found = find_binaries()
    return f"{found.version} from {found.source} in {found.folder}"


def _space(ground: AnyGround) -> Iterator[Finding]:
    folder = ground.server.data if isinstance(ground, Ground) else ground.home.path
    free = shutil.disk_usage(folder).free
    yield Finding("disk", free > LEAST_FREE_BYTES, f"{free / 1024**3:.1f} GiB free at {folder}")
    rate = _flushes_per_second(ground.home.path)
    yield Finding("flush", True, f"{rate:,.0f} flushed 8 kB writes/s in {ground.home.path}")


def _database(ground: AnyGround) -> Iterator[Finding]:
    with psycopg.connect(ground.address.dsn(OWNER)) as connection:
        for name in SETTINGS:
            [value] = connection.execute(f"SHOW {name}".encode()).fetchone() or ("?",)
            yield Finding(name, value == "on", str(value))
        [checksums] = connection.execute("SHOW data_checksums").fetchone() or ("?",)
        yield Finding("data_checksums", checksums == "on", str(checksums))
        mighty = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls)",
            (list(ROLES),),
        ).fetchall()
        told = ", ".join(name for (name,) in mighty) or "none passes by row-level security"
        yield Finding("roles", not mighty, told)


def _port(home: Home) -> Finding:
    if url := running_url(home):
        return Finding("port", True, f"a floor answers at {url}")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError:
            return Finding("port", False, f"{DEFAULT_PORT} is in use: pass --port to `up`")
    return Finding("port", True, f"{DEFAULT_PORT} is free")


def _flushes_per_second(folder: Path) -> float:
    probe = folder / "doctor.probe"
    descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        started = time.monotonic()
        for _ in range(PROBES):
            os.pwrite(descriptor, PAGE, 0)
            os.fsync(descriptor)
        return PROBES / (time.monotonic() - started)
    finally:
        os.close(descriptor)
        probe.unlink()


@contextmanager
def _server(ground: AnyGround) -> Iterator[None]:
    """Use the running floor's server, or start one for the duration."""
    lock = Lock(ground.home)
    if not lock.take():
        lock.be_guest()
        yield
        lock.release()
        return
    try:
        ground.start()
        yield
    finally:
        ground.stop()
        lock.release()
