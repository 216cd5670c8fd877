import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from watchfloor.embedded.errors import Misuse, PostgresFailed
from watchfloor.embedded.ground import Ground, lay_ground
from watchfloor.embedded.home import Home
from watchfloor.embedded.postgres import SUPERUSER
from watchfloor.embedded.roles import APP, OWNER, ROLES


def answer(ground: Ground, query: str, role: str = APP) -> object:
    with psycopg.connect(ground.address.dsn(role)) as connection:
        [value] = connection.execute(query.encode()).fetchone() or (None,)
    return value


def test_what_it_promises_about_durability_is_what_the_server_says(shared_ground: Ground) -> None:
    settings = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")

    assert [answer(shared_ground, f"SHOW {name}") for name in settings] == ["on"] * 4


def test_durability_cannot_be_altered_away(ground: Ground) -> None:
    with psycopg.connect(ground.address.dsn(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
    ground.server.stop()
    ground.server.start()

    assert answer(ground, "SHOW fsync") == "on"


def test_it_listens_on_a_private_socket_only(shared_ground: Ground) -> None:
    folder = shared_ground.server.socket_dir

    assert answer(shared_ground, "SHOW listen_addresses", OWNER) == ""
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_nobody_enters_without_the_password(shared_ground: Ground) -> None:
    dsn = f"host={shared_ground.server.socket_dir} dbname=watchfloor user={OWNER} password=guess"

    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(dsn)


def test_none_of_the_four_roles_stands_above_row_level_security(shared_ground: Ground) -> None:
    with psycopg.connect(shared_ground.address.dsn(APP)) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb "
            "FROM pg_roles WHERE rolname ^@ 'wf_' AND rolname <> %s",
            (SUPERUSER,),
        ).fetchall()

    assert dict(rows) == dict.fromkeys(ROLES, False)


def test_only_the_owner_may_make_tables(shared_ground: Ground) -> None:
    with psycopg.connect(shared_ground.address.dsn(OWNER)) as connection:
        connection.execute("CREATE TABLE owned (a int)")
    with (
        psycopg.connect(shared_ground.address.dsn(APP)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE sneaked (a int)")


def test_committed_rows_outlive_kill_9_of_the_server(ground: Ground) -> None:
    with psycopg.connect(ground.address.dsn(OWNER)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS a")
    process = ground.server.process
    assert process is not None
    process.kill()
    process.wait()
    ground.server.start()

    assert answer(ground, "SELECT count(*) FROM kept", OWNER) == 1000


def test_a_server_that_cannot_start_says_why(ground: Ground) -> None:
    ground.server.stop()
    (ground.server.data / "PG_VERSION").write_text("9.1\n")

    with pytest.raises(PostgresFailed, match=r"incompatible.*postgres\.log"):
        ground.server.start(patience=0.5)


def test_data_of_another_major_version_is_left_to_upgrade(ground: Ground) -> None:
    ground.server.stop()
    (ground.server.data / "PG_VERSION").write_text("14\n")

    with pytest.raises(Misuse, match="watchfloor upgrade"):
        ground.start()


def test_a_half_made_data_folder_is_made_anew(short_folder: Path) -> None:
    ground = lay_ground(Home.at(short_folder / "home"))
    leftover = ground.server.data.with_name("data.new")
    leftover.mkdir()
    (leftover / "torn").touch()
    ground.start()
    ground.server.stop()

    assert not leftover.exists()


STARTER = """
import sys, time
from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home
ground = lay_ground(Home.at(sys.argv[1]))
ground.start()
print(ground.server.process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_the_server_goes_when_its_parent_is_killed(short_folder: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTER, short_folder / "home"], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    with parent.stdout:
        server = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()

    assert gone_within(server, seconds=5)


def gone_within(pid: int, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False
