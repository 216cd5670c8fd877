"""From a fresh clone and an empty home to the first page, and what is left after the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from watchfloor.aiops.types import Seconds
from watchfloor.bench import processes
from watchfloor.bench.floors import NotMeasured, clean_environment
from watchfloor.bench.results import Row

PATIENCE: Seconds = 600.0
GONE_WITHIN: Seconds = 10.0


@dataclass(frozen=True, slots=True)
class Start:
    """`first_page`: seconds until `ready`. `gone`: until no process of it was left; None if some
    stayed."""

    how: str
    first_page: Seconds
    ended_by: str
    gone: Seconds | None


def measure(repository: Path) -> list[Start]:
    """Start a fresh clone with pip, and with uv where there is one, each twice: cold and warm."""
    tools = {"pip": _without_uv(clean_environment())}
    if shutil.which("uv"):
        tools["uv"] = clean_environment()
    found: list[Start] = []
    for tool, environment in tools.items():
        with fresh_clone(repository, environment) as (clone, told):
            how = f"{tool}, fresh clone, empty home"
            found += [
                _start(how, clone, told, "SIGTERM", _terminate),
                _start(f"{tool}, warm", clone, told, "kill -9 of the supervisor", _kill),
            ]
    return found


@contextmanager
def fresh_clone(
    repository: Path, environment: Mapping[str, str]
) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield a clone in a folder of its own, and the environment of somebody with an empty home."""
    folder = Path(tempfile.mkdtemp(prefix="wf-bench-"))
    folder.chmod(0o711)  # root's database server runs as another account
    clone, home = folder / "a clone", folder / "home"
    home.mkdir()
    git = shutil.which("git") or "git"
    try:
        subprocess.run([git, "clone", "-q", str(repository), str(clone)], check=True)  # noqa: S603
        yield clone, {**environment, "HOME": str(home), "WATCHFLOOR_HOME": str(folder / "floor")}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def launch(clone: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        [str(clone / "watchfloor"), "up", "--no-browser", "--port", "0"],
        cwd=clone, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _start(
    how: str,
    clone: Path,
    environment: Mapping[str, str],
    ended_by: str,
    end: Callable[[subprocess.Popen[str]], None],
) -> Start:
    began = time.monotonic()
    process = launch(clone, environment)
    first_page, _ = time_to_ready(process, began)
    time.sleep(3.0)
    everybody = list(processes.tree(process.pid))
    end(process)
    return Start(how, first_page, ended_by, _seconds_to_gone(everybody, time.monotonic(), process))


def time_to_ready(process: subprocess.Popen[str], began: float) -> tuple[Seconds, str]:
    """Return the seconds since `began` until the floor is ready, and its sign-in link."""
    if process.stdout is None:
        raise NotMeasured("the launcher has no output")
    with process.stdout as said:
        for line in said:
            if line.startswith("ready "):
                return time.monotonic() - began, said.readline().split(" ")[-1].strip()
            if time.monotonic() - began > PATIENCE:
                break
    raise NotMeasured("the clone did not start; run its ./watchfloor up to see why")


def _seconds_to_gone(
    everybody: list[int], ended: float, process: subprocess.Popen[str]
) -> Seconds | None:
    while (seconds := time.monotonic() - ended) < GONE_WITHIN:
        process.poll()
        if not any(map(processes.is_alive, everybody)):
            return seconds
        time.sleep(0.02)
    return None


def _terminate(process: subprocess.Popen[str]) -> None:
    process.terminate()


def _kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)


def _without_uv(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with those folders of its path left out in which uv lies."""
    kept = [
        folder
        for folder in environment.get("PATH", "").split(os.pathsep)
        if not (Path(folder) / "uv").exists()
    ]
    return {**environment, "PATH": os.pathsep.join(kept)}


def rows(found: list[Start]) -> list[Row]:
    return [row for start in found for row in _rows(start)]


def _rows(start: Start) -> list[Row]:
    least, aim = (5, 2) if "warm" in start.how else (120, 45) if "pip" in start.how else (40, 10)
    gone = "something was left after 10 s" if start.gone is None else f"after {start.gone:.1f} s"
    return [
        Row(f"{start.how}: first page", f"{start.first_page:.1f} s", f"{least} s", f"{aim} s",
            start.first_page <= least),
        Row(f"{start.ended_by}: nothing left", gone, "10 s", "3 s", start.gone is not None),
    ]  # fmt: skip
