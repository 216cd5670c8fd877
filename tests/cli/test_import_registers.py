"""`watchfloor import posts FILE`, and any other register, rehearses a table."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import RunningFloor
from tests.commands import command as watchfloor
from watchfloor.cli.main import MISUSE, run

TABLE = "Code;Name;Site;Kind;Latitude\r\ngate;'=Gate;S1;GATE;48,8566\r\n"


def test_a_table_is_rehearsed_and_its_faults_are_told(
    running: RunningFloor, environment: dict[str, str], tmp_path: Path
) -> None:
    home = ("--home", str(running.home))
    watchfloor("tenant", "create", "posted", *home, env=environment)
    there = (*home, "--tenant", "posted")
    sites, table, faulty = (tmp_path / name for name in ("sites.json", "posts.csv", "faulty.json"))
    sites.write_text(json.dumps([{"code": "S1"}]))
    table.write_text(TABLE)
    faulty.write_text(json.dumps([{"code": "gate", "site": "S1", "kind": "MOAT"}]))
    watchfloor("import", "sites", sites, *there, env=environment)

    tried = watchfloor("import", "posts", table, "--dry-run", *there, env=environment)
    wrong = watchfloor("import", "posts", faulty, *there, env=environment)

    assert tried.stdout.startswith("1 would be created")
    assert wrong.returncode == 1
    assert "post row 1, kind: " in wrong.stderr


def test_what_is_no_such_table_is_refused_with_its_cure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "lacking.csv"
    table.write_text("Codice;Sito\ngate;S1\n")
    for what in ("posts", "sites", "rosters", "call-lists"):
        assert run(["import", what, str(table)]) == MISUSE
        assert "its first line has 'Codice', 'Sito'." in capsys.readouterr().err
