"""Floors that tests drive from outside: how they start and fall, and what their database holds."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests import homes
from tests.commands import PROGRAM, command
from tests.processes import alive, all_gone_within, command_line, descendants, happens_within
from tests.running import Running, free_port
from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home
from watchfloor.embedded.postgres import SUPERUSER
from watchfloor.embedded.roles import Address

PATIENCE = 30.0


@dataclass(frozen=True)
class Database:
    """Reads past every guard, as the superuser: it shows what is there, not what one may see."""

    address: Address

    def connection(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.address.dsn(SUPERUSER), connect_timeout=5)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.connection() as connection:
            return connection.execute(query.encode(), values).fetchall()

    def number(self, query: str, **values: Any) -> int:
        [(number,)] = self.rows(query, **values)
        return int(number)

    @contextlib.contextmanager
    def flow_held(self, tenant_id: int) -> Iterator[None]:
        """Keep the drain from a tenant, so that what is sent meanwhile waits to be one batch."""
        with self.connection() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (0x57460001, tenant_id))
            yield


@dataclass
class Floor:
    """Web and pipeline on the test's database."""

    url: str
    database: Database
    running: Running

    def post(self, key: str, body: Any, path: str = "/api/v1/alerts") -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.post(f"{self.url}{path}", json=body, headers=headers, timeout=30)

    def is_worked(self, tenant_id: int) -> bool:
        """Say whether nothing of the tenant waits; what is quarantined does not wait."""
        return not self.database.number(
            "SELECT count(*) FROM intake_intakerecord"
            " WHERE tenant_id = %(tenant)s AND quarantined_at IS NULL",
            tenant=tenant_id,
        )

    def work_off(self, tenant_id: int) -> None:
        done = happens_within(lambda: self.is_worked(tenant_id), seconds=PATIENCE)
        assert done, self.running.words_of("pipeline")


def clean_environment() -> dict[str, str]:
    """The environment of a shell in which nothing of ours is set, but for the way to loopback."""
    return {**homes.clean_environment(), "WATCHFLOOR_EGRESS_ALLOW": "127.0.0.0/8"}


@dataclass
class Supervised:
    """`watchfloor up` in a home of its own, always on the same port."""

    home: Path
    environment: Mapping[str, str] = field(default_factory=clean_environment)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None, "it was not started"
        return self.process.pid

    @cached_property
    def database(self) -> Database:
        return Database(lay_ground(Home.at(self.home)).address)

    def start(self) -> None:
        """Start it as a person would; return when it says that it is ready."""
        self.process = subprocess.Popen(
            self._up, stdout=subprocess.PIPE, text=True, env=self.environment
        )
        assert self.process.stdout is not None
        with self.process.stdout as said:
            ready = said.readline()
            said.readline()
        assert ready == f"ready {self.url}\n", f"no floor: {ready!r} {self.last_words()}"

    def tried(self) -> tuple[int, str]:
        """Start it where it must refuse; return the exit status and what it says."""
        done = subprocess.run(
            self._up, capture_output=True, text=True, env=self.environment, timeout=60
        )
        return done.returncode, done.stderr

    @property
    def _up(self) -> list[str]:
        options = ["--home", str(self.home), "--port", str(self.port), "--no-browser"]
        return [*PROGRAM, "up", *options]

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def command(self, *arguments: str, seconds: int = 60) -> str:
        """Return what a command of the program says about this home; it must succeed."""
        environment = homes.clean_environment()  # no command sends anything anywhere
        done = command(*arguments, "--home", self.home, env=environment, seconds=seconds)
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stderr}"
        return done.stdout

    def kill_supervisor(self) -> None:
        """Kill -9 the supervisor alone: the kernel takes the others."""
        everybody = descendants(self.pid)
        os.kill(self.pid, signal.SIGKILL)
        self._collect(everybody)

    def kill_everything(self) -> None:
        everybody = descendants(self.pid)
        for pid in (self.pid, *everybody):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._collect(everybody)

    def _collect(self, everybody: set[int]) -> None:
        assert self.process is not None
        self.process.wait(10)
        assert all_gone_within(everybody, seconds=10)

    def kill(self, name: str, dice: random.Random) -> None:
        """Kill -9 a part, or one of the database's processes; return when others took its place."""
        assert happens_within(lambda: bool(self.pids_of(name)), seconds=PATIENCE)
        running = self.pids_of(name)
        os.kill(dice.choice(running), signal.SIGKILL)
        replaced = happens_within(
            lambda: bool(set(self.pids_of(name)) - set(running)), seconds=PATIENCE
        )
        assert replaced, self.last_words()

    def pids_of(self, name: str) -> list[int]:
        """Return the process of a part, of `postgres`, or all that are a `backend` of it."""
        words = {"postgres": "/postgres -D ", "backend": "postgres: wf_"}
        wanted = words.get(name, f"watchfloor.cli.main {name}")
        found = []
        for pid in sorted(descendants(self.pid)):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if alive(pid) and wanted in command_line(pid):
                    found.append(pid)
        return found

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def last_words(self) -> str:
        logs = (self.home / "logs").glob("*.log")
        return "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in logs)
