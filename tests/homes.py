"""The home of a floor that has been started before, made once for a run and then copied.

`python -m tests.homes FOLDER` makes it. A floor in a copy starts without making a database: what a
first start does is tested where it is named.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchfloor.cli.up import Preparation
from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home

OURS = ("WATCHFLOOR_", "DJANGO_")


def clean_environment() -> dict[str, str]:
    """Return the environment of a shell in which nothing of ours is set."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


@contextmanager
def passable_folder() -> Iterator[Path]:
    """A folder that every account may pass, so that root's server finds its data in it."""
    folder = Path(tempfile.mkdtemp(prefix="wf-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def settled_home(target: Path) -> Path:
    """Make `target` a home whose database has been brought to this code."""
    folder = _folder_of_run()
    with folder.with_suffix(".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not (folder / "home").exists():
            _make(folder)
    copy_home(folder / "home", target)
    return target


def copy_home(original: Path, copy: Path) -> None:
    """Copy with each file's owner, as PostgreSQL wants its own."""
    subprocess.run(["cp", "-a", original, copy], check=True)


def forget_settled_home() -> None:
    folder = _folder_of_run()
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(".lock").unlink(missing_ok=True)


def _folder_of_run() -> Path:
    """Return the folder that all processes of this run share; their parent is pytest itself."""
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    return Path(tempfile.gettempdir()) / f"wf-seed-{run}"


def _make(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # left by a run of the same pid that was killed
    folder.mkdir(mode=0o711)
    unfinished = folder / "unfinished"
    made = subprocess.run(
        [sys.executable, "-m", "tests.homes", unfinished],
        env=clean_environment(),
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    unfinished.rename(folder / "home")


def _prepare(home: Path) -> None:
    ground = lay_ground(Home.at(home))
    ground.start()
    try:
        with Preparation(ground, demo=False) as preparation:
            print(preparation.link)
    finally:
        ground.stop()


if __name__ == "__main__":
    _prepare(Path(sys.argv[1]))
