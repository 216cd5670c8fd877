"""`watchfloor import posts FILE`, and any other register, rehearses a table."""

import json
from pathlib import Path

from tests.cli.conftest import RunningFloor
from tests.commands import command as watchfloor

TABLE = "code,name,site,kind\ngate,'=Gate,S1,GATE\n"


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
