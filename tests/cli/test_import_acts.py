"""`watchfloor import acts` takes in what the present system did, once."""

import gzip
import json
from pathlib import Path

from tests.cli.conftest import RunningFloor
from tests.commands import command as watchfloor

CSV = """time,kind,alert_id,operator
2026-03-02T02:09:00Z,opened,A1,
2026-03-02T02:14:00Z,acknowledged,A1,Kim
"""


def test_acts_are_taken_in_once_from_csv_and_jsonl_and_faults_are_told(
    running: RunningFloor, environment: dict[str, str], tmp_path: Path
) -> None:
    home = ("--home", str(running.home))
    watchfloor("tenant", "create", "watched", *home, env=environment)
    there = (*home, "--tenant", "watched", "--json")
    table, lines, faulty = (tmp_path / name for name in ("a.csv", "b.jsonl.gz", "c.jsonl"))
    table.write_text(CSV)
    more = {"time": "2026-03-02T02:20:00Z", "kind": "closed", "alert_id": "A1", "operator": "Kim"}
    lines.write_bytes(gzip.compress(json.dumps(more).encode()))
    faulty.write_text(json.dumps(more | {"kind": "shouted"}))

    tried = watchfloor("import", "acts", table, "--dry-run", *there, env=environment)
    first = watchfloor("import", "acts", table, *there, env=environment)
    again = watchfloor("import", "acts", table, *there, env=environment)
    second = watchfloor("import", "acts", lines, *there, env=environment)
    wrong = watchfloor("import", "acts", faulty, *there, env=environment)

    counts = [json.loads(one.stdout) for one in (tried, first, again, second)]
    assert [(one["created"], one["known"]) for one in counts] == [(2, 0), (2, 0), (0, 2), (1, 0)]
    assert wrong.returncode == 1
    assert json.loads(wrong.stdout)["errors"][0]["field"] == "kind"
    faulty.write_text("no json")
    assert watchfloor("import", "acts", faulty, *there, env=environment).returncode == 2
