"""One PostgreSQL server: made, started as our child, watched and stopped.

It listens on a unix socket only, asks for a password there too, and its durability settings
stand on the command line, where neither a configuration file nor ALTER SYSTEM overrides them.
"""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watchfloor.embedded.account import Account, give
from watchfloor.embedded.binaries import Binaries
from watchfloor.embedded.children import spawn
from watchfloor.embedded.errors import PostgresFailed
from watchfloor.embedded.keep import write_private

SUPERUSER = "wf_bootstrap"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
READY_LINE = 7
POLL = 0.005
# Between tries to start; a stop is heard within the longest.
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0

DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
# 80 connections: 2 web, 2 pipeline and 2 worker processes with pools of 8, and people's tools.
MODEST = {
    "autovacuum_max_workers": "2",
    "autovacuum_naptime": "20s",
    "checkpoint_timeout": "5min",
    "effective_cache_size": "512MB",
    "jit": "off",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "maintenance_work_mem": "64MB",
    "max_connections": "80",
    "max_parallel_workers": "2",
    "max_wal_size": "1GB",
    "max_worker_processes": "4",
    "password_encryption": "scram-sha-256",
    "random_page_cost": "1.1",
    "shared_buffers": "96MB",
    "timezone": "UTC",
    "work_mem": "8MB",
}


def never() -> bool:
    return False


@dataclass
class PostgresServer:
    """A data folder and the process that serves it."""

    binaries: Binaries
    data: Path
    socket_dir: Path
    log: Path
    account: Account | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    @property
    def major_of_data(self) -> int:
        return int((self.data / "PG_VERSION").read_text().strip())

    def create(self, superuser_password: str) -> None:
        """Make the data folder; a half-made one of an earlier attempt is thrown away."""
        unfinished = self.data.with_name(f"{self.data.name}.new")
        _remove_tree(unfinished)
        password_file = self.data.with_name(f"{self.data.name}.password")
        write_private(password_file, superuser_password)
        give(password_file, self.account)
        unfinished.mkdir(mode=0o700)
        give(unfinished, self.account)
        try:
            self._run(_initdb(self.binaries, unfinished, password_file))
        finally:
            password_file.unlink()
        unfinished.rename(self.data)

    def start(self, *, patience: float = 60.0, given_up: Callable[[], bool] = never) -> None:
        """Start the server and return when it takes connections.

        A predecessor that is still going down (or whose children are, after kill -9) holds the
        data folder for a moment, so a start that fails is repeated within `patience` seconds.
        """
        deadline, pause = time.monotonic() + patience, FIRST_PAUSE
        while not self._started(deadline):
            if time.monotonic() > deadline or given_up():
                self.stop()
                raise PostgresFailed(f"PostgreSQL did not start: {self._last_words()}")
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)

    def stop(self, *, patience: float = 4.0) -> None:
        """Shut down fast: roll back open transactions, write a checkpoint, leave."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)  # recovery at the next start, nothing lost
            self.process.wait(patience)
        self.process = None

    def _started(self, deadline: float) -> bool:
        with self.log.open("ab") as log:
            self.process = spawn(
                self._command(),
                env=ENVIRONMENT,
                log=log,
                death_signal=signal.SIGINT,
                account=self.account,
            )
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._is_ready(self.process.pid):
                return True
            time.sleep(POLL)
        return False

    def _is_ready(self, pid: int) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return (
            len(lines) > READY_LINE
            and lines[0] == str(pid)
            and lines[READY_LINE].strip() == "ready"
        )

    def _command(self) -> list[str | Path]:
        command: list[str | Path] = [
            self.binaries.program("postgres"), "-D", self.data, "-k", self.socket_dir, "-h", "",
        ]  # fmt: skip
        settings = {**MODEST, **DURABLE, "unix_socket_permissions": "0700", **self.overrides}
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _run(self, command: Sequence[str | Path]) -> None:
        with self.log.open("ab") as log:
            child = spawn(
                command,
                env=ENVIRONMENT,
                log=log,
                death_signal=signal.SIGTERM,
                account=self.account,
            )
        if child.wait() != 0:
            raise PostgresFailed(f"PostgreSQL could not make its data folder: {self._last_words()}")

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-4:]
        return f"{' | '.join(lines)} (see {self.log})"


def _initdb(binaries: Binaries, data: Path, password_file: Path) -> list[str | Path]:
    return [
        binaries.program("initdb"), "-D", data, "-U", SUPERUSER, f"--pwfile={password_file}",
        "--auth-local=scram-sha-256", "--auth-host=reject", "--encoding=UTF8", "--locale=C",
        "--data-checksums", "--no-instructions",
    ]  # fmt: skip


def _remove_tree(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)
