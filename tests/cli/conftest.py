"""A whole floor, started as a person would, shared by the files that do not harm it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import PROGRAM
from tests.homes import clean_environment, passable_folder, settled_home


@dataclass
class RunningFloor:
    process: subprocess.Popen[str]
    home: Path
    url: str
    sign_in: str


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that every account may pass, so that root's server finds its data in it."""
    with passable_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """The environment of a shell in which nothing of ours is set."""
    return clean_environment()


@pytest.fixture(scope="package")
def running() -> Iterator[RunningFloor]:
    """One floor for all files: what a test makes on it has names of its own."""
    with passable_folder() as folder, started(settled_home(folder / "home")) as floor:
        yield floor


@contextmanager
def started(home: Path) -> Iterator[RunningFloor]:
    process = subprocess.Popen(
        [*PROGRAM, "up", "--home", str(home), "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    )
    assert process.stdout is not None
    with process.stdout as said:
        ready, sign_in = said.readline(), said.readline()
        assert ready.startswith("ready http://127.0.0.1:"), f"no floor: {ready!r}"
        yield RunningFloor(process, home, ready.split()[1], sign_in.split()[-1])
    process.terminate()
    process.wait(15)
