"""A server of one's own for the tests that stop, kill or inspect it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchfloor.embedded.account import service_account
from watchfloor.embedded.ground import Ground, lay_ground
from watchfloor.embedded.home import Home


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short name that every account may pass, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="wf-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def made_home() -> Iterator[Path]:
    """A home whose server was made, started and stopped once; making one takes seconds."""
    folder = Path(tempfile.mkdtemp(prefix="wf-made-"))
    folder.chmod(0o711)
    ground = lay_ground(Home.at(folder / "home"))
    ground.start()
    ground.server.stop()
    yield ground.home.path
    shutil.rmtree(folder)


@pytest.fixture
def ground(short_folder: Path, made_home: Path) -> Iterator[Ground]:
    """A running server in a copy of that home: another folder, the same passwords."""
    home = short_folder / "home"
    shutil.copytree(made_home, home)
    _give_away(made_home, home)
    ground = lay_ground(Home.at(home))
    ground.start()
    yield ground
    ground.server.stop()


def _give_away(original: Path, copy: Path) -> None:
    """Give each file of the copy the owner that the original has."""
    if service_account() is None:
        return
    for path in [original, *original.rglob("*")]:
        there = copy / path.relative_to(original)
        shutil.chown(there, path.stat().st_uid, path.stat().st_gid)
