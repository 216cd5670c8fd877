"""`watchfloor import call-lists` replaces the call lists of the sites that a file names."""

import json
from pathlib import Path

from tests.cli.conftest import RunningFloor
from tests.commands import command as watchfloor

CSV = """site,name,phone,role,hours
S1,Grace Hill,'+44 20 7946 0001,Key holder,
S1,Tom Okafor,112,,Mon-Fri 08:00-18:00
"""


def test_a_file_of_call_lists_is_rehearsed_taken_in_and_its_faults_told(
    running: RunningFloor, environment: dict[str, str], tmp_path: Path
) -> None:
    home = ("--home", str(running.home))
    watchfloor("tenant", "create", "called", *home, env=environment)
    there = (*home, "--tenant", "called", "--json")
    sites, table, faulty = (tmp_path / name for name in ("s.json", "c.csv", "f.csv"))
    sites.write_text(json.dumps([{"code": "S1", "name": "Harbour"}]))
    table.write_text(CSV)
    faulty.write_text(CSV.replace("Mon-Fri", "weekdays"))
    watchfloor("import", "sites", sites, *there, env=environment)

    tried = watchfloor("import", "call-lists", table, "--dry-run", *there, env=environment)
    first = watchfloor("import", "call-lists", table, *there, env=environment)
    again = watchfloor("import", "call-lists", table, *there, env=environment)
    wrong = watchfloor("import", "call-lists", faulty, *there, env=environment)

    counts = [json.loads(one.stdout) for one in (tried, first, again)]
    assert [(one["created"], one["unchanged"]) for one in counts] == [(2, 0), (2, 0), (0, 2)]
    assert wrong.returncode == 1
    [fault] = json.loads(wrong.stdout)["errors"]
    assert (fault["row"], fault["field"]) == (2, "hours")
