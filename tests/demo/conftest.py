"""One floor with the night shift on it, for the tests that need it played."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import PROGRAM, command
from tests.homes import clean_environment, passable_folder, settled_home
from watchfloor.bench.floors import BenchFloor


class DemoFloor(BenchFloor):
    def watchfloor(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return command(*arguments, "--home", self.home, env=self.environment, seconds=150)


@pytest.fixture(scope="module")
def passable() -> Iterator[Path]:
    with passable_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def demo_floor(passable: Path) -> Iterator[DemoFloor]:
    environment = clean_environment()
    home = settled_home(passable / "home")
    process = subprocess.Popen(
        [*PROGRAM, "up", "--demo", "--home", str(home), "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    with process.stdout as said:
        ready, sign_in = said.readline(), said.readline()
        assert ready.startswith("ready http"), f"no floor: {ready!r}"
        yield DemoFloor(home, ready.split()[1], sign_in.split()[-1], process, environment)
    process.terminate()
    process.wait(15)
