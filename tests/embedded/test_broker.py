import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from celery._state import _get_active_apps
from kombu import pools

from tests.embedded.worker_app import note
from tests.processes import happens_within
from watchfloor.embedded.broker import QUEUE_TABLE
from watchfloor.embedded.ground import Ground
from watchfloor.embedded.roles import APP, OWNER, SYSTEM

WORKER = (
    sys.executable, "-m", "celery", "-A", "tests.embedded.worker_app", "worker", "--pool=threads",
    "--concurrency=2", "--without-gossip", "--without-mingle", "--without-heartbeat",
    "--loglevel=INFO",
)  # fmt: skip


@pytest.fixture
def queue(shared_ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    with psycopg.connect(shared_ground.address.dsn(OWNER)) as connection:
        connection.execute(QUEUE_TABLE.encode())
        connection.execute("TRUNCATE queue_message")
    monkeypatch.setenv("WATCHFLOOR_DB_SYSTEM", shared_ground.address.dsn(SYSTEM))
    forget_connections()
    yield shared_ground
    forget_connections()


def forget_connections() -> None:
    """Have each test send to its own server: apps share connections by an address alike for all."""
    for app in _get_active_apps():
        app.amqp._producer_pool = app._pool = None
    pools.reset()  # type: ignore[no-untyped-call]


@pytest.fixture
def notes(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = short_folder / "notes"
    path.touch()
    monkeypatch.setenv("TESTS_NOTES", str(path))
    return path


@pytest.fixture
def worker(queue: Ground, notes: Path, short_folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (short_folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(WORKER, stdout=log, stderr=log, env=os.environ.copy())
    try:
        wait_until(lambda: "ready." in (short_folder / "worker.log").read_text())
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(true: Callable[[], bool]) -> None:
    assert happens_within(true, seconds=20)


def waiting(ground: Ground) -> int:
    with psycopg.connect(ground.address.dsn(SYSTEM)) as connection:
        [count] = connection.execute("SELECT count(*) FROM queue_message").fetchone() or (-1,)
    return int(count)


@pytest.mark.usefixtures("worker")
def test_a_waiting_worker_wakes_for_a_message(notes: Path) -> None:
    time.sleep(0.5)  # asleep in LISTEN by now
    started = time.monotonic()
    note.delay("hello")
    wait_until(lambda: notes.read_text() == "hello\n")

    # Without the notice it would look again after five seconds.
    assert time.monotonic() - started < 4.5


def test_every_message_is_taken_once_and_leaves_the_table(
    queue: Ground, notes: Path, worker: subprocess.Popen[bytes]
) -> None:
    for number in range(200):
        note.delay(str(number))
    wait_until(lambda: len(notes.read_text().split()) >= 200)

    assert sorted(map(int, notes.read_text().split())) == list(range(200))
    assert waiting(queue) == 0


@pytest.mark.usefixtures("worker")
def test_a_finished_task_makes_room_at_once(notes: Path) -> None:
    started = time.monotonic()
    for number in range(8):
        note.delay(str(number), seconds=0.1)
    wait_until(lambda: len(notes.read_text().split()) == 8)

    # Eight tasks on two threads need 0.4 s; a worker that polled would need five for each turn.
    assert time.monotonic() - started < 10


def test_a_message_waits_for_a_worker_that_is_not_there_yet(
    queue: Ground, request: pytest.FixtureRequest, notes: Path
) -> None:
    note.delay("early")
    assert waiting(queue) == 1
    request.getfixturevalue("worker")
    wait_until(lambda: notes.read_text() == "early\n")


def test_an_orderly_stop_puts_back_what_was_not_begun(
    queue: Ground, worker: subprocess.Popen[bytes], notes: Path
) -> None:
    for number in range(6):
        note.delay(str(number), seconds=0.4)
    wait_until(lambda: notes.read_text() != "")
    worker.terminate()
    worker.wait(10)

    assert len(notes.read_text().split()) + waiting(queue) == 6


def test_an_idle_worker_stops_when_told(worker: subprocess.Popen[bytes]) -> None:
    time.sleep(0.5)
    worker.terminate()

    assert worker.wait(10) == 0


@pytest.mark.usefixtures("worker")
def test_sender_and_worker_find_a_restarted_server_again(queue: Ground, notes: Path) -> None:
    note.delay("before")
    wait_until(lambda: notes.read_text() == "before\n")
    process = queue.server.process
    assert process is not None
    process.kill()
    process.wait()
    queue.server.start()
    note.delay("after")
    wait_until(lambda: notes.read_text() == "before\nafter\n")


@pytest.mark.usefixtures("queue")
def test_urgent_messages_go_first(notes: Path, request: pytest.FixtureRequest) -> None:
    note.apply_async(("ordinary", 0.2))
    note.apply_async(("ordinary", 0.2))
    note.apply_async(("urgent",), priority=9)
    request.getfixturevalue("worker")
    wait_until(lambda: len(notes.read_text().split()) == 3)

    assert notes.read_text().split()[0] == "urgent"


@pytest.mark.usefixtures("queue")
def test_a_message_for_later_is_refused() -> None:
    with pytest.raises(ValueError, match="no ETA"):
        note.apply_async(("later",), countdown=60)


def test_the_role_of_a_tenant_cannot_look_into_the_queue(queue: Ground) -> None:
    with (
        psycopg.connect(queue.address.dsn(APP)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT * FROM queue_message")
