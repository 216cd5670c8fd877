"""`watchfloor rehearse` answers on a running floor."""

import json
from pathlib import Path

import httpx

from tests.cli.conftest import RunningFloor
from tests.commands import command as watchfloor
from tests.processes import happens_within


def test_history_is_rehearsed_under_a_file_and_misuse_is_told(
    running: RunningFloor, environment: dict[str, str], tmp_path: Path
) -> None:
    home = ("--home", str(running.home))
    watchfloor("tenant", "create", "rehearsed", *home, env=environment)
    there = (*home, "--tenant", "rehearsed")
    key = watchfloor(
        "key", "create", "--name", "p", "--scope", "ingest,read", *there, env=environment
    ).stdout.strip()
    bearer = {"Authorization": f"Bearer {key}"}
    alerts = [
        {"alert_type": "DEVICE_OFFLINE", "severity": "HIGH", "site": "S1", "device": f"cam-{n}"}
        for n in range(5)
    ]
    answer = httpx.post(f"{running.url}/api/v1/alerts", json=alerts, headers=bearer)
    assert answer.status_code == 202
    alerts_url = f"{running.url}/api/v1/alerts"
    assert happens_within(
        lambda: len(httpx.get(alerts_url, headers=bearer).json()["items"]) == 5, seconds=20
    )
    candidate, faulty = tmp_path / "candidate.json", tmp_path / "faulty.json"
    candidate.write_text('{"clustering": {"size_cap": 1}}')
    faulty.write_text('{"clustering": {"size_cap": 0}}')

    done = watchfloor(
        "rehearse", "--days", "1", "--config", candidate, "--json", *there, env=environment
    )
    wrong = watchfloor("rehearse", "--config", faulty, *there, env=environment)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["reports"] == 5
    assert told["candidate"]["figures"]["incidents"] == 5
    assert told["current"]["figures"]["incidents"] < 5
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "clustering.size_cap" in wrong.stderr
