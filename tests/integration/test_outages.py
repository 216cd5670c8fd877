"""What the floor stands on goes away under load: clear refusals, nothing lost, and it recovers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.homes import passable_folder, settled_home
from tests.integration.floor import PATIENCE, Supervised
from tests.integration.senders import accepted, all_kept_within, answers, senders
from tests.make import bearer
from tests.processes import happens_within
from tests.soaking import IS_FULL

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(600 if IS_FULL else 180),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]
AWAY_SECONDS = 30 if IS_FULL else 6
RECOVERY_SECONDS = 15
SMALL_DISK = "400m"
PARTS = ("web", "pipeline", "worker")


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small file system of its own on `folder`; say whether that could be done."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=0711", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """The folder of the home; a small disk of its own where one can be mounted."""
    with passable_folder() as folder:
        (folder / "disk").mkdir(mode=0o711)
        with small_disk(folder / "disk"):
            yield folder / "disk"


@pytest.fixture(scope="module")
def floor(disk: Path) -> Iterator[Supervised]:
    floor = Supervised(settled_home(disk / "home"))
    floor.start()
    try:
        yield floor
    finally:
        floor.stop()


@pytest.fixture(scope="module")
def key(floor: Supervised) -> str:
    return floor.command("key", "create", "--name", "load", "--scope", "ingest,read").strip()


@pytest.fixture(scope="module")
def tenant_id(floor: Supervised) -> int:
    return floor.database.number("SELECT id FROM tenancy_tenant WHERE slug = 'main'")


def test_a_database_that_is_away_is_waited_for(floor: Supervised, key: str, tenant_id: int) -> None:
    assert happens_within(lambda: all(map(floor.pids_of, PARTS)), seconds=PATIENCE)
    parts = [floor.pids_of(name) for name in PARTS]
    with senders(floor.url, key, seed="away", count=3, pause=0.1) as sent:
        assert happens_within(lambda: len(accepted(sent)) > 100, seconds=PATIENCE)
        with database_away(floor):
            assert happens_within(lambda: not floor.is_ready(), seconds=RECOVERY_SECONDS)
            before, began = answers(sent), time.monotonic()
            danger = httpx.post(
                f"{floor.url}/api/v1/alerts",
                json={"alert_type": "PANIC"},
                headers=bearer(key),
                timeout=20,
            )
            time.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - began)))
            during = answers(sent) - before
        back, kept = time.monotonic(), len(accepted(sent))
        assert happens_within(lambda: len(accepted(sent)) > kept, seconds=RECOVERY_SECONDS)
        print(f"away {AWAY_SECONDS} s: {during}; accepts {time.monotonic() - back:.1f} s after")
        assert happens_within(floor.is_ready, seconds=RECOVERY_SECONDS)

    assert (danger.status_code, "retry-after" in danger.headers) == (503, True)
    assert set(during) == {503}
    assert not sum(sender.without_time for sender in sent)
    assert all_kept_within(RECOVERY_SECONDS, floor.database, tenant_id, accepted(sent)) == {}
    assert parts == [floor.pids_of(name) for name in PARTS], "nothing was started again"


@contextlib.contextmanager
def database_away(floor: Supervised) -> Iterator[None]:
    """Kill the server and hide its data, so that it cannot be started until it is put back."""
    data = floor.database.address.socket_dir.parent / "data"
    data.rename(data.with_name("hidden"))
    try:
        fall(floor)
        yield
    finally:
        data.with_name("hidden").rename(data)


def fall(floor: Supervised) -> None:
    [pid] = floor.pids_of("postgres")
    os.kill(pid, signal.SIGKILL)


def test_a_full_disk_is_told_to_senders_and_breaks_nothing(
    floor: Supervised, disk: Path, key: str, tenant_id: int
) -> None:
    if not os.path.ismount(disk):
        pytest.skip("a small disk can be mounted by root only")
    with senders(floor.url, key, seed="full", count=3, pause=0.1) as sent:
        assert happens_within(lambda: len(accepted(sent)) > 100, seconds=PATIENCE)
        with filled(disk):
            refused = httpx.post(
                f"{floor.url}/api/v1/alerts", json=bulky(), headers=bearer(key), timeout=30
            )
            before = answers(sent)
            time.sleep(AWAY_SECONDS / 2)
            fall(floor)  # as it does by itself where no room is left for its log
            time.sleep(AWAY_SECONDS / 2)
            during = answers(sent) - before
        freed, kept = time.monotonic(), len(accepted(sent))
        recovered = happens_within(lambda: len(accepted(sent)) > kept, seconds=RECOVERY_SECONDS)
        assert recovered, floor.last_words()
        print(f"full {AWAY_SECONDS} s: {during}; accepts {time.monotonic() - freed:.1f} s after")

    assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
    assert set(during) <= {202, 503}
    assert all_kept_within(PATIENCE, floor.database, tenant_id, accepted(sent)) == {}
    floor.stop()
    floor.start()
    assert all_kept_within(PATIENCE, floor.database, tenant_id, accepted(sent)) == {}


@contextlib.contextmanager
def filled(disk: Path) -> Iterator[None]:
    filler = disk / "filler"
    try:
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
        yield
    finally:
        filler.unlink()


def bulky() -> list[dict[str, str]]:
    """Return 20 alerts of 190 kB that do not compress: no free page takes them."""
    return [{"alert_type": "LOG", "message": os.urandom(95_000).hex()} for _ in range(20)]


def test_a_home_of_a_newer_version_is_refused(disk: Path) -> None:
    home = disk / "newer"
    home.mkdir(mode=0o711)
    (home / "home.json").write_text(json.dumps({"version": "99.0.0", "postgres_major": 18}))

    status, words = Supervised(home).tried()

    assert (status, words.count("\n")) == (2, 1), words
    assert "was last used by watchfloor 99.0.0" in words
