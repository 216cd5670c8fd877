import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.homes import copy_home
from tests.processes import alive, all_gone_within, command_line, descendants, happens_within
from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home
from watchfloor.embedded.logs import rotate
from watchfloor.embedded.roles import OWNER

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(short_folder: Path, made_home: Path) -> Iterator[Start]:
    copy_home(made_home, short_folder / "home")
    started: list[subprocess.Popen[bytes]] = []

    def start(*names: str) -> subprocess.Popen[bytes]:
        home = short_folder / "home"
        command = [sys.executable, "-m", "tests.embedded.small_floor", str(home), *names]
        process = subprocess.Popen(command)
        started.append(process)
        assert happens_within((home / "started").exists, seconds=30)
        return process

    yield start
    for process in started:
        process.terminate()
        process.wait(15)


def member(tree: subprocess.Popen[bytes], words: str) -> int:
    """Return the process of the tree whose command line has `words`."""
    found: list[int] = []

    def there() -> bool:
        found[:] = [
            pid for pid in descendants(tree.pid) if alive(pid) and words in command_line(pid)
        ]
        return bool(found)

    assert happens_within(there, seconds=20)
    return found[0]


def test_sigterm_stops_all_and_leaves_nothing(start: Start) -> None:
    tree = start("steady", "steady")
    everybody = descendants(tree.pid)
    started = time.monotonic()
    tree.terminate()
    tree.wait(10)

    assert tree.returncode == 0
    assert len(everybody) > 3
    assert all_gone_within(everybody, seconds=0.5)
    assert time.monotonic() - started < 10


def test_a_part_that_does_not_listen_is_killed_in_time(start: Start) -> None:
    tree = start("stubborn")
    everybody = descendants(tree.pid)
    time.sleep(0.5)  # until it has covered its ears
    tree.terminate()
    tree.wait(10)

    assert all_gone_within(everybody, seconds=0.5)


def test_kill_9_of_the_supervisor_leaves_nothing(start: Start) -> None:
    tree = start("steady", "stubborn")
    everybody = descendants(tree.pid)
    tree.kill()

    assert all_gone_within(everybody, seconds=10)


def test_a_part_that_falls_is_started_again(start: Start) -> None:
    tree = start("steady")
    first = member(tree, "time.sleep")
    os.kill(first, signal.SIGKILL)

    assert happens_within(lambda: not alive(first), seconds=5)
    assert member(tree, "time.sleep") != first


def test_a_killed_database_comes_back_with_its_rows(start: Start, short_folder: Path) -> None:
    tree = start()
    address = lay_ground(Home.at(short_folder / "home")).address
    with psycopg.connect(address.dsn(OWNER)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS a")
    postmaster = member(tree, "postgres -D")
    os.kill(postmaster, signal.SIGKILL)

    def rows_are_back() -> bool:
        try:
            with psycopg.connect(address.dsn(OWNER)) as connection:
                return connection.execute("SELECT a FROM kept").fetchall() == [(1,)]
        except psycopg.OperationalError:
            return False

    assert happens_within(lambda: not alive(postmaster), seconds=5)
    assert happens_within(rows_are_back, seconds=20)


def test_pauses_grow_for_a_part_that_keeps_falling(start: Start, short_folder: Path) -> None:
    log = short_folder / "home" / "logs" / "falling.log"

    def falls() -> int:
        return log.read_text().count("no luck today") if log.exists() else 0

    start("falling")
    time.sleep(3)

    # Pauses of 0.2, 0.4, 0.8, 1.6 s and a second between looks: a handful, not hundreds.
    assert falls() <= 6
    assert happens_within(lambda: falls() >= 2, seconds=20)


def test_a_large_log_is_moved_on_and_appending_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("a") as appending:
        for generation in range(5):
            appending.write(f"{generation}" * 100)
            appending.flush()
            rotate(tmp_path, largest=50)
        appending.write("last")

    assert log.read_text() == "last"
    assert [p.name for p in sorted(tmp_path.iterdir())] == [
        "web.log", "web.log.1", "web.log.2", "web.log.3",
    ]  # fmt: skip
    assert (tmp_path / "web.log.1").read_text() == "4" * 100
