"""A web process and a pipeline on the test's database, for the tests of one file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests import database as test_database
from tests.integration.floor import Database, Floor
from tests.running import Running
from watchfloor.embedded.roles import Address


@pytest.fixture(scope="module")
def served(database: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    home = tmp_path_factory.mktemp("floor")
    running = Running(home, _environment(database, home))
    try:
        running.start_part("pipeline", "pipeline")
        yield Floor(running.start_web("web"), Database(database), running)
    finally:
        running.stop()


@pytest.fixture
def floor(served: Floor, django_db_blocker: DjangoDbBlocker) -> Iterator[Floor]:
    """The running floor, while the test itself may use the database too."""
    with django_db_blocker.unblock():
        yield served


def _environment(database: Address, home: Path) -> dict[str, str]:
    return {
        **os.environ,
        **test_database.variables(database),
        "DJANGO_SETTINGS_MODULE": "watchfloor.config.settings.test",
        "WATCHFLOOR_HOME": str(home),
    }
