"""A month of anybody's file becomes one page: columns guessed, nothing fetched, all escaped."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from watchfloor.cli.anyfile import read_any
from watchfloor.cli.main import run
from watchfloor.embedded.errors import Misuse

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}</style>"


def write(
    folder: Path, head: list[str], rows: list[list[object]], name: str = "alarms.csv"
) -> Path:
    file = folder / name
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text, delimiter=";" if ";" in name else ",")
        writer.writerows([head, *rows])
    return file


def columns(file: Path, given: dict[str, str] | None = None, dates: str = "") -> dict[str, str]:
    """Return {field: column} of the guess."""
    found = read_any(file, given or {}, dates).guess.columns
    return {name: column for column, name in found.items()}


def service_desk(folder: Path) -> Path:
    head = ["Number", "Opened", "Priority", "State", "Configuration item", "Location", "Category",
            "Short description", "Assigned to"]  # fmt: skip
    rows: list[list[object]] = [
        [f"INC{n // 2}", f"{1 + n % 28}/2/2026 {n % 24:02}:{n % 60:02}", "2 - High",
         "New" if n % 2 else "Closed", f"srv-{n % 9}", f"Site {n % 3}", "Disk", "Disk is full", "?"]
        for n in range(80)
    ]  # fmt: skip
    return write(folder, head, rows)


def test_a_service_desks_export_is_read_by_its_heads(tmp_path: Path) -> None:
    file = service_desk(tmp_path)

    assert columns(file) == {
        "timestamp": "Opened", "alert_type": "Category", "severity": "Priority",
        "status": "State", "entity_id": "Configuration item", "site": "Location",
        "message": "Short description",
    }  # fmt: skip
    by_line = {item.line: item.body for item in read_any(file, {}).items}
    assert (by_line[1]["severity"], by_line[1]["status"]) == ("High", "resolved")
    assert "status" not in by_line[2]  # "New" is none of the intake's words: it fires
    assert "id" not in by_line[1]  # a number that comes twice is no report's own


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-01-05T02:09:00Z", 1767578940),
        ("2026-01-05 02:09:00,000", 1767578940),
        ("1767578940", 1767578940),
        ("1767578940000", 1767578940),
        ("05-Jan-2026 02:09:00", 1767578940),
        ("05/Jan/2026:03:09:00 +0100", 1767578940),
        ("Mon, 05 Jan 2026 02:09:00 +0000", 1767578940),
        ("2026/01/05 02:09", 1767578940),
        ("13/01/2026 2:09 PM", 1768313340),
        ("1/13/26 14:09", 1768313340),
        ("13.1.2026 14:09:00", 1768313340),
    ],
)
def test_times_are_read_in_many_spellings(tmp_path: Path, text: str, seconds: float) -> None:
    file = write(tmp_path, ["time", "type", "host"], [[text, "A", "h"]] * 3)

    assert [item.arrived_at for item in read_any(file, {}).items] == [seconds] * 3


def test_a_day_that_may_be_a_month_is_asked_for(tmp_path: Path) -> None:
    file = write(tmp_path, ["time", "type"], [["3/4/2026 10:00", "A"]] * 3)

    with pytest.raises(Misuse, match="--dates dmy or --dates mdy"):
        columns(file)
    [april, *_] = read_any(file, {}, "dmy").items
    [march, *_] = read_any(file, {}, "mdy").items
    assert april.arrived_at - march.arrived_at == 30 * 86_400


def test_columns_that_fit_alike_are_named_and_one_is_chosen_by_map(tmp_path: Path) -> None:
    head = ["alarm time", "clear time", "type"]
    file = write(tmp_path, head, [["2026-01-05T00:00:00", "2026-01-05T00:01:00", "A"]] * 3)
    twins = write(
        tmp_path, ["Time raised", "time cleared", "type"],
        [["2026-01-05T00:00:00", "2026-01-05T00:01:00", "A"]] * 3, "twins.csv",
    )  # fmt: skip

    assert columns(file)["timestamp"] == "alarm time"
    with pytest.raises(Misuse, match="any of Time raised, time cleared: choose by --map timestamp"):
        columns(twins)
    assert columns(twins, {"time cleared": "timestamp"})["timestamp"] == "time cleared"


def test_what_cannot_be_guessed_is_asked_for_by_name(tmp_path: Path) -> None:
    no_time = write(tmp_path, ["x", "type"], [["7", "A"]] * 3)
    no_kind = write(tmp_path, ["time", "x"], [["2026-01-05T00:00:00", "A"]] * 3, "b.csv")

    with pytest.raises(Misuse, match="no column says a time: choose one of"):
        columns(no_time)
    with pytest.raises(Misuse, match="--map alert_type=COLUMN"):
        columns(no_kind)
    with pytest.raises(Misuse, match="there is no column 'y'; there are x, type"):
        columns(no_time, {"y": "timestamp"})


def test_rows_without_a_readable_time_are_counted_and_left_out(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"2026-01-05T00:{n:02}:00", "A"] for n in range(40)]
    file = write(tmp_path, ["time", "type"], [*rows, ["soon", "A"]])

    found = read_any(file, {})

    assert (len(found.items), found.skipped, found.first_skipped) == (40, 1, 41)


def test_semicolons_and_old_encodings_are_read(tmp_path: Path) -> None:
    file = tmp_path / "alarme.csv"
    file.write_bytes("Zeit;type;site\n2026-01-05 00:00;Störung;Süd\n".encode("cp1252"))

    [item] = read_any(file, {"Zeit": "timestamp"}).items

    assert (item.body["alert_type"], item.body["site"]) == ("Störung", "Süd")


def test_one_page_without_script_or_network_and_with_everything_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = ["id", "time", "type", "severity", "host", "site", "message", HOSTILE]
    rows: list[list[object]] = [
        [f"a{n}", 1_767_571_200 + 37 * n, f"{HOSTILE}{n % 3}", "critical", f"{HOSTILE}{n % 7}",
         HOSTILE, f"{HOSTILE} {n}", HOSTILE]
        for n in range(120)
    ]  # fmt: skip
    file, page = write(tmp_path, head, rows), tmp_path / "page.html"

    assert run(["backtest", str(file), "--html", str(page)]) == 0

    assert "columns: --map timestamp=time" in capsys.readouterr().err
    text = page.read_text()
    assert "<script" not in text
    assert "<img" not in text
    assert "{{ 7*7 }}" in text
    assert text.count("</style>") == 1
    assert not re.search(r"(src|href)=", text.replace("&lt;img src=", ""))
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text
    assert "It fits with" in text or "It began this incident" in text


def test_without_anything_to_write_it_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["backtest", str(service_desk(tmp_path))]) == 2
    assert "--out clusters.csv, --html page.html" in capsys.readouterr().err
