"""History is grouped offline as the floor would have grouped it."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from watchfloor.cli.backtest import write_lines
from watchfloor.cli.history import column_map, read_items
from watchfloor.cli.inventories import windows_of
from watchfloor.cli.main import run
from watchfloor.cli.offline import rehearse
from watchfloor.embedded.errors import Misuse

MAP = "id=nr,timestamp=when,alert_type=kind,entity=host"


def storm(folder: Path, name: str = "alarms.csv") -> Path:
    """Write two sites' bursts, one minute apart, and a repeat of the first id."""
    file = folder / name
    rows = [
        ("a1", 1_700_000_000, "DEVICE_OFFLINE", "cam-1", "north"),
        ("a2", 1_700_000_005, "DEVICE_OFFLINE", "cam-2", "north"),
        ("a3", 1_700_000_009, "DEVICE_OFFLINE", "cam-3", "north"),
        ("b1", 1_700_000_007, "TOUR_OVERDUE", "tour-9", "south"),
        ("a1", 1_700_000_020, "DEVICE_OFFLINE", "cam-1", "north"),
    ]
    with file.open("w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["nr", "when", "kind", "host", "site"])
        writer.writerows(rows)
    return file


def test_a_file_becomes_one_line_for_each_report_in_order_of_arrival(tmp_path: Path) -> None:
    out, figures = tmp_path / "clusters.csv", tmp_path / "figures.json"

    status = run(
        [
            "backtest",
            str(storm(tmp_path)),
            "--map",
            MAP,
            "--out",
            str(out),
            "--report",
            str(figures),
        ]
    )

    with out.open() as text:
        rows = list(csv.DictReader(text))
    assert status == 0
    assert [row["alert_id"] for row in rows] == ["a1", "a2", "b1", "a3", "a1"]
    assert all(row["cluster_id"] and row["suppressed"] == "0" for row in rows)
    cluster = {row["alert_id"]: row["cluster_id"] for row in rows}
    assert cluster["a1"] == cluster["a2"] == cluster["a3"] != cluster["b1"]
    told = json.loads(figures.read_text())
    assert (told["reports"], told["alerts"], told["clusters"]) == (5, 4, 2)


def test_the_answer_is_scored_against_a_truth_that_it_never_saw(tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    with truth.open("w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["alert_id", "time", "host", "type", "step", "campaign", "is_noise"])
        for number, alert in enumerate(["a1", "a2", "a3"]):
            writer.writerow([alert, 1_700_000_000, f"cam-{number}", "OFFLINE", "cut", "cut", "0"])
        writer.writerow(["b1", 1_700_000_007, "tour-9", "TOUR_OVERDUE", "", "", "1"])
    figures = tmp_path / "figures.json"
    paths = ["--out", str(tmp_path / "o.csv"), "--report", str(figures), "--truth", str(truth)]

    assert run(["backtest", str(storm(tmp_path)), "--map", MAP, *paths]) == 0

    told = json.loads(figures.read_text())["truth"]
    assert (told["f1_tol"], told["buried"], told["hidden_campaigns"]) == (1.0, 0.0, [])


def test_a_truth_that_lacks_a_column_or_an_alert_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = tmp_path / "truth.csv"
    arguments = ["backtest", str(storm(tmp_path)), "--map", MAP, "--out", str(tmp_path / "o.csv")]
    truth.write_text("alert_id,time\n")
    assert run([*arguments, "--truth", str(truth)]) == 2
    assert "lacks host" in capsys.readouterr().err
    truth.write_text("alert_id,time,host,type,step,campaign,is_noise\n")
    assert run([*arguments, "--truth", str(truth)]) == 2
    assert "says nothing of 'a1'" in capsys.readouterr().err


def test_tenants_of_one_file_never_meet(tmp_path: Path) -> None:
    file = tmp_path / "two.jsonl.gz"
    with gzip.open(file, "wt") as text:
        for number in range(6):
            row = {
                "id": f"r{number}",
                "tenant": f"T{number % 2}",
                "alert_type": "POWER_LOSS",
                "site": "S1",
                "device": f"panel-{number}",
                "timestamp": 1_700_000_000 + number,
            }
            text.write(json.dumps(row) + "\n")

    lines = [line for one in rehearse(read_items(file, {})) for line in one.lines()]

    assert {line.cluster_id for line in lines} == {"T0:r0", "T1:r1"}


def test_what_arrived_late_is_told_late(tmp_path: Path) -> None:
    file = tmp_path / "late.jsonl"
    rows = [
        {
            "id": "x",
            "alert_type": "A",
            "timestamp": "2026-01-05T00:00:08Z",
            "received_at": 1767571300,
        },
        {
            "id": "y",
            "alert_type": "A",
            "timestamp": "2026-01-05T00:00:10Z",
            "received_at": 1767571211,
        },
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))

    assert [item.body["id"] for item in read_items(file, {})] == ["y", "x"]


def test_unknown_columns_become_labels_of_the_report(tmp_path: Path) -> None:
    [item] = read_items(
        _one_row(tmp_path, {"alert_type": "A", "timestamp": 1.7e9, "vlan": "7"}), {}
    )

    assert item.body["vlan"] == "7"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"alert_type": "A"}, "no timestamp"),
        ({"timestamp": 1.7e9}, "no alert_type"),
        ({"alert_type": "A", "timestamp": "yesterday"}, "cannot be read"),
    ],
)
def test_a_faulty_row_is_named_with_the_cure(
    tmp_path: Path, row: dict[str, object], told: str
) -> None:
    with pytest.raises(Misuse, match=told):
        read_items(_one_row(tmp_path, row), {})


@pytest.mark.parametrize("text", ["colour=red", "id"])
def test_a_map_of_unknown_fields_is_refused(text: str) -> None:
    with pytest.raises(Misuse, match="FIELD=COLUMN"):
        column_map(text)


def test_a_configuration_out_of_its_range_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"clustering": {"idle_gap": -5}}')
    arguments = ["backtest", str(storm(tmp_path)), "--map", MAP, "--out", str(tmp_path / "o.csv")]

    assert run([*arguments, "--config", str(config)]) == 2
    assert "idle_gap" in capsys.readouterr().err


def test_the_answer_may_be_gzipped(tmp_path: Path) -> None:
    out = tmp_path / "clusters.csv.gz"
    items = read_items(storm(tmp_path), column_map(MAP))
    write_lines((line for one in rehearse(items) for line in one.lines()), out)

    with gzip.open(out, "rt") as text:
        assert len(text.readlines()) == 6


def _one_row(folder: Path, row: dict[str, object]) -> Path:
    file = folder / "one.jsonl"
    file.write_text(json.dumps(row) + "\n")
    return file


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"\xff\xfe\x00"),
        ("a.csv.gz", b"no gzip"),
        ("a.csv.gz", gzip.compress(b"id,timestamp,alert_type\n" * 99, mtime=0)[:-9]),
        ("a.jsonl", b"[1]\n"),
    ],
    ids=["no UTF-8", "no gzip", "cut gzip", "no object"],
)
def test_a_file_that_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)

    status = run(["backtest", str(tmp_path / name), "--out", str(tmp_path / "out.csv")])

    told = capsys.readouterr().err
    assert status == 2
    assert told.count("\n") == 1
    assert name in told


def test_a_place_that_cannot_be_written_and_an_unknown_setting_are_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"clustering": {"idle_gpa": 60}}')
    asked = ["backtest", str(storm(tmp_path)), "--map", MAP, "--json"]

    nowhere = run([*asked, "--out", str(tmp_path / "no" / "out.csv")])
    misspelt = run([*asked, "--out", str(tmp_path / "out.csv"), "--config", str(config)])

    first, second = capsys.readouterr().err.splitlines()
    assert (nowhere, misspelt) == (2, 2)
    assert "cannot be written" in first
    assert "clustering has no 'idle_gpa'; it has" in second


def test_announced_work_of_the_inventory_pages_nobody(tmp_path: Path) -> None:
    world = {
        "sites": [{"id": "S1"}],
        "maintenance": [
            {"site": "S1", "start": "2026-01-05T02:00:00Z", "end": "2026-01-05T03:00:00Z"}
        ],
    }

    windows = windows_of(world)

    assert [(one.id, one.sites, one.reason) for one in windows] == [
        ("maintenance-0", frozenset({"S1"}), "announced work")
    ]
    assert windows[0].schedule.ends_at - windows[0].schedule.starts_at == 3600
    assert windows_of(None) == []


@pytest.mark.parametrize("row", [{"site": "S1"}, {"site": "S1", "start": "", "end": ""}, 3])
def test_announced_work_without_times_is_refused_by_row(row: object) -> None:
    with pytest.raises(Misuse, match=r"maintenance\[0\] must look like"):
        windows_of({"maintenance": [row]})
