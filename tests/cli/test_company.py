from __future__ import annotations

import gzip
import json
from pathlib import Path

from click.testing import CliRunner

from watchfloor.cli.demo import command
from watchfloor.cli.history import read_items
from watchfloor.cli.recorded import streams_of

FORM = {
    "incidents": {"incident_id", "kind", "start", "end", "site", "sites", "root", "fix"},
    "alert_truth": {"id", "incident", "role"},
    "device_failures": {"device", "site", "start", "end", "incident", "predictable", "onset"},
    "staffing_gaps": {"site", "shift", "start", "end", "required", "present", "announced"},
}


def rows(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def test_a_run_is_written_with_its_truth_and_can_be_replayed(tmp_path: Path) -> None:
    asked = ["company", "--days", "3", "--sites", "6", "--beat", "60", "--out", str(tmp_path)]
    done = CliRunner().invoke(command, [*asked, "--json"])
    assert done.exit_code == 0, done.output
    summary = json.loads(done.output)

    items = read_items(tmp_path, {})

    assert len(items) == summary["alerts"] > 20
    assert [item.arrived_at for item in items] == sorted(item.arrived_at for item in items)
    events = streams_of(tmp_path)
    assert {json.loads(one.content)["stream"] for one in events} >= {"attendance", "heartbeats"}
    assert [one.arrived_at for one in events] == sorted(one.arrived_at for one in events)
    assert {one.door for one in events} == {"/api/v1/events"}
    of_somebody = {item.tenant for item in items}
    assert {one.tenant for one in events} <= of_somebody | {""}
    assert len(rows(tmp_path / "heartbeats.jsonl.gz")) == summary["heartbeats"]
    for name, fields in FORM.items():
        assert fields <= set(rows(tmp_path / "truth" / f"{name}.jsonl.gz")[0])


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["company", "--begins", "soon", "--out", str(tmp_path)])

    assert "give a day such as" in str(done.exception)
