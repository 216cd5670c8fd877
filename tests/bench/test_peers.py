from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from watchfloor.bench import databases, peers, streams
from watchfloor.bench.floors import NotMeasured

ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short name, for a socket, that every account may pass."""
    with tempfile.TemporaryDirectory(prefix="wf-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def test_a_peer_that_is_not_there_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(NotMeasured, match="prometheus-alertmanager"):
        peers.measure("alertmanager", streams.stream(None, limit=10))


@pytest.mark.skipif(ALERTMANAGER is None, reason="no prometheus-alertmanager on this machine")
def test_the_same_reports_are_taken_by_a_real_alertmanager() -> None:
    load = peers.measure("alertmanager", streams.stream(None, limit=1000))

    assert load.reports == 1000
    assert load.errors == 0
    assert load.cpu > 0


def test_a_peer_gets_an_empty_database_that_is_gone_afterwards(short_folder: Path) -> None:
    with databases.postgres(short_folder / "database") as database:
        with psycopg.connect(database.url) as connection:
            row = connection.execute("SELECT count(*) FROM pg_class WHERE relkind = 'p'").fetchone()
        assert row == (0,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database.url)
