"""Processes of a floor, run for a test on the test's own database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from tests.processes import happens_within

START_SECONDS = 40
FIRST_PORT, PORTS = 20_000, 12_000
_numbers = count(os.getpid() * 41)  # each process of a run begins elsewhere


def free_port() -> int:
    """Return a port that nobody has, of those that the kernel gives to nobody by itself.

    Until its server listens, one of the others may become anybody's end of a connection.
    """
    while True:
        port = FIRST_PORT + next(_numbers) % PORTS
        with suppress(OSError), socket.socket() as unused:
            unused.bind(("127.0.0.1", port))
            return port


@dataclass
class Running:
    """Named processes that are stopped together, each with a log of its own."""

    logs: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str | Path]) -> None:
        """Run a command whose sessions at the database carry its name."""
        environment = {**self.environment, "PGAPPNAME": name}
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log
            )

    def start_part(self, name: str, part: str, *options: str) -> None:
        """Run `watchfloor web`, `pipeline` or `worker`."""
        self.start(name, [sys.executable, "-m", "watchfloor.cli.main", part, *options])

    def start_web(self, name: str) -> str:
        """Run a web process; return its address once it answers."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        self.start_part(name, "web", "--port", str(port))
        assert happens_within(lambda: _answers(url), seconds=START_SECONDS), self.words_of(name)
        return url

    def signal(self, name: str, how: signal.Signals) -> None:
        self.processes[name].send_signal(how)

    def stop(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        late = [name for name, process in self.processes.items() if not _ends(process)]
        self.processes.clear()
        assert not late, f"{', '.join(late)} had to be killed"

    def words_of(self, name: str) -> str:
        return (self.logs / f"{name}.log").read_text()[-3000:]


def _ends(process: subprocess.Popen[bytes]) -> bool:
    """Wait until it is gone; kill it where it stays: it would work what the next tests send."""
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=2).is_success
    except httpx.TransportError:
        return False
