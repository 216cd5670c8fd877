"""`watchfloor import orders` rehearses a table of standing orders and reads it in."""

import json
from pathlib import Path

from tests.cli.conftest import RunningFloor
from tests.commands import command as watchfloor

TABLE = """code,title,alert_type,hours,step,required
door,Door forced,DOOR_FORCED,Mon-Fri 18:00-06:00,Call the site,yes
door,,,,Look at the video,
"""


def test_a_table_is_rehearsed_read_in_once_and_its_faults_are_told(
    running: RunningFloor, environment: dict[str, str], tmp_path: Path
) -> None:
    home = ("--home", str(running.home))
    watchfloor("tenant", "create", "ordered", *home, env=environment)
    there = (*home, "--tenant", "ordered")
    table, faulty = tmp_path / "orders.csv", tmp_path / "faulty.csv"
    table.write_text(TABLE)
    faulty.write_text(TABLE.replace("Mon-Fri 18:00-06:00", "at night"))

    tried, first, again = (
        json.loads(
            watchfloor("import", "orders", table, *how, *there, "--json", env=environment).stdout
        )
        for how in (["--dry-run"], [], [])
    )
    wrong = watchfloor("import", "orders", faulty, *there, env=environment)

    assert [one["created"] for one in (tried, first, again)] == [1, 1, 0]
    assert again["unchanged"] == 1
    assert wrong.returncode == 1
    assert "order row 1, hours: write hours such as" in wrong.stderr
    faulty.write_text("a,b\n1,2\n")
    assert watchfloor("import", "orders", faulty, *there, env=environment).returncode != 0
