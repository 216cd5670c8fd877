"""A floor on a PostgreSQL that somebody else runs, with its parts started one by one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.commands import PROGRAM
from tests.commands import command as watchfloor
from tests.processes import happens_within
from tests.running import free_port
from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home
from watchfloor.embedded.postgres import SUPERUSER
from watchfloor.embedded.roles import ROLES


@pytest.fixture(scope="module")
def elsewhere(folder: Path, environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment of a floor whose database is another's, whose roles cannot enter yet."""
    ground = lay_ground(Home.at(folder / "theirs"))
    ground.start()
    administrator = ground.address.dsn(SUPERUSER, "postgres")
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute("CREATE DATABASE floor")
        for role in ROLES:
            connection.execute(f"ALTER ROLE {role} PASSWORD NULL".encode())
    yield environment | {
        "WATCHFLOOR_HOME": str(folder / "ours"),
        "WATCHFLOOR_DATABASE_URL": f"postgresql:///floor?host={ground.server.socket_dir}",
        "WATCHFLOOR_OWNER_DATABASE_URL": ground.address.dsn(SUPERUSER, "floor"),
    }
    ground.stop()


def test_migrate_then_a_web_process_by_hand(elsewhere: dict[str, str]) -> None:
    migrated = watchfloor("migrate", env=elsewhere, seconds=120)
    again = watchfloor("migrate", env=elsewhere, seconds=120)
    port = free_port()
    web = subprocess.Popen([*PROGRAM, "web", "--port", str(port)], env=elsewhere)
    url = f"http://127.0.0.1:{port}/readyz"
    ready = happens_within(lambda: _status(url) == 200, seconds=60)
    web.terminate()
    web.wait(10)

    assert migrated.returncode == 0, migrated.stderr
    assert "/sign-in/link/" in migrated.stdout
    assert again.returncode == 0, again.stderr
    assert ready


def test_the_printed_sql_can_be_run_by_an_administrator(elsewhere: dict[str, str]) -> None:
    printed = watchfloor("migrate", "--print-sql", env=elsewhere)
    with psycopg.connect(elsewhere["WATCHFLOOR_OWNER_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(printed.stdout.encode())

    assert printed.returncode == 0


def _status(url: str) -> int:
    try:
        return httpx.get(url, timeout=5).status_code
    except httpx.TransportError:
        return 0
