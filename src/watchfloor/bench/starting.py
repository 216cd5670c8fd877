"""From a fresh clone and an empty home to the first page, and what is left after the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
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
        folder = Path(tempfile.mkdtemp(prefix="wf-bench-"))
        folder.chmod(0o711)  # root's database server runs as another account
        try:
            found += _cold_and_warm(tool, repository, folder, environment)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return found


def _cold_and_warm(
    tool: str, repository: Path, folder: Path, environment: Mapping[str, str]
) -> list[Start]:
    clone, home = folder / "a clone", folder / "home"
    home.mkdir()
    git = shutil.which("git") or "git"
    subprocess.run([git, "clone", "-q", str(repository), str(clone)], check=True)  # noqa: S603
    told = {**environment, "HOME": str(home), "WATCHFLOOR_HOME": str(folder / "floor")}
    return [
        _start(f"{tool}, fresh clone, empty home", clone, told, "SIGTERM", _terminate),
        _start(f"{tool}, warm", clone, told, "kill -9 of the supervisor", _kill),
    ]


def _start(
    how: str,
    clone: Path,
    environment: Mapping[str, str],
    ended_by: str,
    end: Callable[[subprocess.Popen[str]], None],
) -> Start:
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603
        [str(clone / "watchfloor"), "up", "--no-browser", "--port", "0"],
        cwd=clone, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    first_page = _seconds_to_ready(process, began)
    time.sleep(3.0)
    everybody = list(processes.tree(process.pid))
    end(process)
    return Start(how, first_page, ended_by, _seconds_to_gone(everybody, time.monotonic(), process))


def _seconds_to_ready(process: subprocess.Popen[str], began: float) -> Seconds:
    if process.stdout is None:
        raise NotMeasured("the launcher has no output")
    with process.stdout as said:
        for line in said:
            if line.startswith("ready "):
                return time.monotonic() - began
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
