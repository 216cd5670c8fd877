"""The database of a test run: one server, migrated once, a copy of it for each process.

Tests commit for real. What separates them is that each makes its own tenant.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.keeper import PID_FILE, READY, alive
from watchfloor.embedded.database import create_database
from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home
from watchfloor.embedded.keep import make_folder
from watchfloor.embedded.roles import APP, INTAKE, OWNER, ROLES, SYSTEM, VARIABLES, Address

TEMPLATE = "watchfloor_template"
ALIASES = {"default": APP, "system": SYSTEM, "owner": OWNER}
MEMORY, ROOM = Path("/dev/shm"), 8 * 1024**3  # noqa: S108  the name says whose it is
PATIENCE = 60
_KEEPERS: list[subprocess.Popen[bytes]] = []  # a forgotten child would warn when collected


def pytest_pid() -> int:
    """Return the process of the run itself, which is the parent of all xdist workers."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def folder_of_run() -> Path:
    """Return the folder that all processes of this run share, and no other run.

    It is in memory where there is room for it. Tests commit thousands of times, and what a commit
    is for is tested on floors of their own, on a disk.
    """
    folder = MEMORY if _bytes_of(MEMORY) >= ROOM else Path(tempfile.gettempdir())
    return folder / f"wf-tests-{pytest_pid()}"


def _bytes_of(folder: Path) -> int:
    """Return how large its file system is: how much is free may be another answer to the next."""
    if not folder.is_dir():
        return 0
    found = os.statvfs(folder)
    return found.f_blocks * found.f_frsize


def worker_database() -> str:
    return f"watchfloor_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def address_for_this_process() -> Address:
    """Return the address of this process's own database, made from the migrated template."""
    folder = folder_of_run()
    with _only_one(folder):
        if not _is_kept(folder):
            _start_keeper(folder)
        template = _address(folder, TEMPLATE)
        if not (folder / "migrated").exists():
            create_database(template, TEMPLATE)
            _migrate(template)
            (folder / "migrated").touch()
        create_database(template, worker_database(), template=TEMPLATE)
    return _address(folder, worker_database())


def stop_keeper() -> None:
    """End the run's server now; without this call it would end soon after pytest itself."""
    folder = folder_of_run()
    if _is_kept(folder):
        os.kill(int((folder / PID_FILE).read_text()), signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    folder.with_suffix(".lock").unlink(missing_ok=True)


def variables(address: Address) -> dict[str, str]:
    """Return the environment that a process of the product would get, all roles together."""
    return address.environment(*ROLES)


def point_django_at(address: Address) -> None:
    """Turn Django's open settings to `address`: they were read before there was a server."""
    from django.conf import settings  # noqa: PLC0415  settings are configured by now, not at import
    from django.db import connections  # noqa: PLC0415

    for alias, role in ALIASES.items():
        connections[alias].close()
        connections[alias].settings_dict.update(
            NAME=address.database,
            USER=role,
            PASSWORD=address.passwords[role],
            HOST=str(address.socket_dir),
        )
    settings.WATCHFLOOR_DB_INTAKE = address.dsn(INTAKE)
    settings.WATCHFLOOR_HOME = folder_of_run() / f"home-{address.database}"
    settings.EVIDENCE_FOLDER = settings.WATCHFLOOR_HOME / "evidence"
    os.environ.update({VARIABLES[role]: address.dsn(role) for role in ROLES})


def _address(folder: Path, database: str) -> Address:
    ground = lay_ground(Home.at(folder))
    return Address(ground.address.socket_dir, ground.address.passwords, database)


def _migrate(address: Address) -> None:
    """Migrate in a process of its own: the path of `watchfloor up`, and no connection stays."""
    environment = {**os.environ, **variables(address)}
    environment["DJANGO_SETTINGS_MODULE"] = "watchfloor.config.settings.test"
    done = subprocess.run(
        [sys.executable, "-m", "watchfloor.cli.main", "prepare", "--migrate"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"migrations failed:\n{done.stdout}\n{done.stderr}")


def _start_keeper(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # left by a run of the same pid that was killed
    make_folder(folder, 0o711)  # PostgreSQL's account passes through
    log = folder / "keeper.log"
    with log.open("ab") as file:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.keeper", str(folder), str(pytest_pid())],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
            cwd=Path(__file__).resolve().parent.parent,
        )
    _KEEPERS.append(keeper)
    deadline = time.monotonic() + PATIENCE
    while not (folder / READY).exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"no PostgreSQL for the tests: {log.read_text()}")
        time.sleep(0.02)


def _is_kept(folder: Path) -> bool:
    if not (folder / READY).exists():
        return False
    return alive(int((folder / PID_FILE).read_text()))


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    with folder.with_suffix(".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
