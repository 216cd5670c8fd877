"""A server of one's own for the tests that stop, kill or inspect it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchfloor.embedded.ground import Ground, lay_ground
from watchfloor.embedded.home import Home


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short name that every account may pass, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="wf-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def ground(short_folder: Path) -> Iterator[Ground]:
    ground = lay_ground(Home.at(short_folder / "home"))
    ground.start()
    yield ground
    ground.server.stop()
