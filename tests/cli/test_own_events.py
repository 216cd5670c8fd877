"""Somebody's own table of events, in their columns and words: read whole, or told what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from watchfloor.cli.ownevents import Reading, fields_of, left_out, read_events, words_of
from watchfloor.cli.recorded import streams_of
from watchfloor.cli.replay import command
from watchfloor.embedded.errors import Misuse

TABLE = """Badge,Place,Time,Direction,Note
7,HQ,2026-03-30 05:58,IN,
7,HQ,2026-03-28 06:02,IN,late
7,HQ,2026-03-28T14:00:00Z,OUT,
"""
COLUMNS = {"Badge": "person", "Place": "site", "Time": "ts", "Direction": "kind"}
AS_MAPPED = "person=Badge,site=Place,ts=Time,kind=Direction"
WORDS = {"IN": "check_in", "OUT": "check_out"}


def written(folder: Path, text: str = TABLE) -> Path:
    file = folder / "year.csv"
    file.write_text(text)
    return file


def test_columns_words_and_clock_are_theirs_and_the_order_is_that_of_time(tmp_path: Path) -> None:
    file = written(tmp_path)
    reading = Reading("attendance", COLUMNS, WORDS, "Europe/London")
    events = read_events(file, reading)
    assert {one.door for one in events} == {"/api/v1/events/attendance"}
    told = [json.loads(one.content) for one in events]
    # Summer time began between the two mornings; what says its zone is left as it is.
    assert [(one["ts"], one["kind"]) for one in told] == [
        ("2026-03-28T06:02:00+00:00", "check_in"),
        ("2026-03-28T14:00:00+00:00", "check_out"),
        ("2026-03-30T04:58:00+00:00", "check_in"),
    ]
    assert {one["person"] for one in told} == {"7"}
    assert left_out(file, reading) == ["Note"]
    assert {"kind", "people", "reason"} <= fields_of("roster")


def test_a_european_spreadsheet_is_read_by_its_heads(tmp_path: Path) -> None:
    table = "Kind;Site;Person;TS;Lat;Lon\nIN;Köln HQ;7;30.03.2026 05:58;50,9375;6,9603\n"
    file = tmp_path / "punches.csv"
    file.write_bytes(table.encode("cp1252"))
    reading = Reading("attendance", {}, WORDS, "Europe/Paris")
    [event] = [json.loads(one.content) for one in read_events(file, reading)]
    assert (event["kind"], event["site"], event["ts"]) == (
        "check_in", "Köln HQ", "2026-03-30T03:58:00+00:00"
    )  # fmt: skip
    assert (event["lat"], event["lon"]) == ("50.9375", "6.9603")
    assert left_out(file, reading) == []


def test_each_fault_is_told_once_with_its_rows_and_its_cure(tmp_path: Path) -> None:
    with pytest.raises(Misuse) as refused:
        read_events(written(tmp_path), Reading("attendance", COLUMNS, {"OUT": "check_out"}, "UTC"))
    said = str(refused.value)
    words = "break_end, break_start, check_in, check_out"
    assert f"row 1 and 1 more: kind: invalid value 'IN': send one of {words}" in said
    assert "--words" in said
    file = written(tmp_path, TABLE.replace("2026-03-28 06:02", "28/03/2026"))
    with pytest.raises(Misuse, match=r"row 2: ts: .* send ISO 8601"):
        read_events(file, Reading("attendance", COLUMNS, WORDS, "UTC"))
    with pytest.raises(Misuse, match="is not THEIRS=OURS"):
        words_of("IN")


def test_positions_and_activity_bear_ids_by_what_they_say(tmp_path: Path) -> None:
    """The intake keeps nothing else to know them by when a line breaks and a body is sent again."""
    row = "7,2026-03-30T05:58:00Z,task\n"
    file = written(tmp_path, f"person,ts,kind\n{row}{row}")
    reading = Reading("activity", {}, {}, "UTC")
    ids = [json.loads(one.content)["id"] for one in read_events(file, reading)]
    assert len(set(ids)) == 2
    assert ids == [json.loads(one.content)["id"] for one in read_events(file, reading)]
    recorded = '{"ts": 1775000000, "person": "P1", "lat": 51.5, "lon": 0.1}\n'
    (tmp_path / "positions.jsonl").write_text(recorded + recorded.replace("P1", "P2"))
    (tmp_path / "changes.jsonl").write_text('{"ts": 1775000000, "kind": "release"}\n')
    sent = [json.loads(one.content) for one in streams_of(tmp_path)]
    assert len({one["id"] for one in sent if one["stream"] == "positions"}) == 2
    assert not any("id" in one for one in sent if one["stream"] == "changes")


def test_it_is_tried_without_a_floor(tmp_path: Path) -> None:
    file = written(tmp_path)

    def replay(*options: str) -> str:
        done = CliRunner().invoke(command, [str(file), "--dry-run", *options])
        return done.output + str(done.exception or "")

    words = ("--words", "IN=check_in,OUT=check_out")
    own = ("--stream", "attendance", "--history", "--map", AS_MAPPED, *words)
    tried = replay(*own)
    assert "3 can be read; nothing was sent" in tried
    assert "left out, as no field takes them: Note" in tried
    assert "'Europe/Pariz' is not a time zone" in replay(*own, "--zone", "Europe/Pariz")
    assert "name what the file holds by --stream" in replay("--history")
    assert "fields: " in replay("--stream", "attendance", "--map", "who=Badge")
