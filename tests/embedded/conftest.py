"""A server of one's own for the tests that stop, kill or inspect it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.homes import copy_home, passable_folder
from watchfloor.embedded.ground import Ground, lay_ground
from watchfloor.embedded.home import Home


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short name that every account may pass, unlike pytest's own."""
    with passable_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def made_home() -> Iterator[Path]:
    """A home whose server was made, started and stopped once; making one takes seconds."""
    with passable_folder() as folder:
        ground = lay_ground(Home.at(folder / "home"))
        ground.start()
        ground.server.stop()
        yield ground.home.path


@pytest.fixture
def ground(made_home: Path) -> Iterator[Ground]:
    """A running server in a copy of that home: another folder, the same passwords."""
    with _running_copy(made_home) as ground:
        yield ground


@pytest.fixture(scope="module")
def shared_ground(made_home: Path) -> Iterator[Ground]:
    """One such server for all tests of a file that leave it running and as it was."""
    with _running_copy(made_home) as ground:
        yield ground


@contextmanager
def _running_copy(made_home: Path) -> Iterator[Ground]:
    with passable_folder() as folder:
        copy_home(made_home, folder / "home")
        ground = lay_ground(Home.at(folder / "home"))
        ground.start()
        yield ground
        ground.server.stop()
