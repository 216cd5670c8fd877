"""A floor of our own to measure: started by its command in an empty home, taken down afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from watchfloor.aiops.types import Seconds
from watchfloor.bench import processes

Clock = Callable[[], Seconds]
Rows = dict[str, list[dict[str, Any]]]
COMMAND = (sys.executable, "-m", "watchfloor.cli.main")
SETTLE_SECONDS = 3.0
STOP_SECONDS = 20.0


class NotMeasured(Exception):
    """What was to be measured could not be set up."""


@dataclass
class BenchFloor:
    home: Path
    url: str
    sign_in: str
    process: subprocess.Popen[str]
    environment: dict[str, str]

    @property
    def pid(self) -> int:
        return self.process.pid

    def command(self, *arguments: str | Path, seconds: float = 120) -> str:
        """Run `watchfloor ...` on this floor and return what it prints."""
        done = subprocess.run(  # noqa: S603
            [*COMMAND, *map(str, arguments), "--home", str(self.home)],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=seconds,
            check=False,
        )
        if done.returncode != 0:
            raise NotMeasured(f"watchfloor {arguments[0]}: {done.stderr.strip()[-500:]}")
        return done.stdout.strip()

    def key(self, name: str, scope: str = "ingest") -> str:
        return self.command("key", "create", "--name", name, "--scope", scope)

    def fill_inventory(self, admin_key: str, rows: Rows) -> None:
        headers = {"Authorization": f"Bearer {admin_key}"}
        where = f"{self.url}/api/v1/inventory/import"
        httpx.post(where, json=rows, headers=headers, timeout=60).raise_for_status()

    def cpu(self, since: Mapping[str, float] | None = None) -> dict[str, float]:
        """Return the processor seconds of each part, altogether or since an earlier answer."""
        now, then = processes.cpu_seconds(self.pid), since or {}
        return {part: spent - then.get(part, 0.0) for part, spent in now.items()}

    def pending(self) -> int:
        """Return how many reports are on disk and not grouped yet."""
        return int(self.gauge("watchfloor_intake_pending"))

    def gauge(self, name: str) -> float:
        for line in httpx.get(f"{self.url}/metrics", timeout=30).text.splitlines():
            if line.startswith(f"{name} "):
                return float(line.split()[1])
        raise NotMeasured(f"/metrics has no {name}")


@contextmanager
def bench_floor(
    *options: str, parent: Path | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[BenchFloor]:
    """Yield a floor that runs and has settled, in a home that did not exist before."""
    folder = Path(tempfile.mkdtemp(prefix="wf-bench-", dir=parent))
    folder.chmod(0o711)  # root's database server runs as another account
    started = start(folder / "home", *options, settings=settings)
    try:
        wait_for_parts(started)
        yield started
    finally:
        stop(started)
        shutil.rmtree(folder, ignore_errors=True)


def start(
    home: Path, *options: str, port: int = 0, settings: Mapping[str, str] | None = None
) -> BenchFloor:
    """Start a floor and wait for its first page."""
    environment = {**clean_environment(), **(settings or {})}
    process = subprocess.Popen(  # noqa: S603
        [*COMMAND, "up", "--home", str(home), "--port", str(port), "--no-browser", *options],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    if process.stdout is None:
        raise NotMeasured("the floor has no output")
    with process.stdout as said:
        ready, sign_in = said.readline(), said.readline()
    if not ready.startswith("ready "):
        process.kill()
        raise NotMeasured(f"the floor did not start: {ready!r}")
    return BenchFloor(home, ready.split()[1], sign_in.split()[-1], process, environment)


def stop(floor: BenchFloor) -> None:
    """End the floor; what does not go in time is killed."""
    floor.process.terminate()
    try:
        floor.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        floor.process.send_signal(signal.SIGKILL)
        floor.process.wait()


def wait_for_parts(
    floor: BenchFloor, *, names: Sequence[str] = ("web", "pipeline", "worker")
) -> None:
    """Wait until all parts run and are done with starting."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        parts = set(processes.tree(floor.pid).values())
        if parts.issuperset(names):
            time.sleep(SETTLE_SECONDS)
            return
        time.sleep(0.1)
    raise NotMeasured(f"not all parts started: see {floor.home / 'logs'}")


def clean_environment() -> dict[str, str]:
    """Return the environment of a shell in which nothing of ours is set."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("WATCHFLOOR_", "DJANGO_"))}


def pages(floor: BenchFloor, key: str, path: str) -> Iterator[dict[str, Any]]:
    """Yield all rows of a list of the API."""
    where: str | None = path
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=floor.url, headers=headers, timeout=60) as client:
        while where:
            said = json.loads(client.get(where).raise_for_status().text)
            yield from said["items"]
            where = said["next"]
