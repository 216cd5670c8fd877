"""A whole floor, started as a person would, shared by the tests of a file."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "watchfloor.cli.main")


@dataclass
class RunningFloor:
    process: subprocess.Popen[str]
    home: Path
    url: str
    sign_in: str


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that every account may pass, so that root's server finds its data in it."""
    folder = Path(tempfile.mkdtemp(prefix="wf-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """The environment of a shell in which nothing of ours is set."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("WATCHFLOOR_", "DJANGO_"))}


@pytest.fixture(scope="module")
def running(folder: Path, environment: dict[str, str]) -> Iterator[RunningFloor]:
    home = folder / "home"
    process = subprocess.Popen(
        [*COMMAND, "up", "--home", str(home), "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    with process.stdout as said:
        ready, sign_in = said.readline(), said.readline()
        assert ready.startswith("ready http://127.0.0.1:"), f"no floor: {ready!r}"
        yield RunningFloor(process, home, ready.split()[1], sign_in.split()[-1])
    process.terminate()
    process.wait(15)


def watchfloor(
    *arguments: str | Path, env: dict[str, str], seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as a script would."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, env=env, timeout=seconds
    )
