"""One floor with the night shift on it, for the tests that need it played."""

from __future__ import annotations

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
class DemoFloor:
    home: Path
    url: str
    sign_in: str
    environment: dict[str, str]

    def watchfloor(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments, "--home", str(self.home)],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=150,
        )


@pytest.fixture(scope="module")
def demo_floor() -> Iterator[DemoFloor]:
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("WATCHFLOOR_", "DJANGO_"))
    }
    folder = Path(tempfile.mkdtemp(prefix="wf-demo-"))
    folder.chmod(0o711)  # root's database server runs as another account
    home = folder / "home"
    process = subprocess.Popen(
        [*COMMAND, "up", "--demo", "--home", str(home), "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    with process.stdout as said:
        ready, sign_in = said.readline(), said.readline()
        assert ready.startswith("ready http"), f"no floor: {ready!r}"
        yield DemoFloor(home, ready.split()[1], sign_in.split()[-1], environment)
    process.terminate()
    process.wait(15)
    shutil.rmtree(folder)
