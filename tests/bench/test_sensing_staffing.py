"""How posts that lack people are scored: absences by the truth, shortness by the punches."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from watchfloor.bench.sensing import staffing
from watchfloor.bench.sensing.runs import Run

START = 1_767_592_800
SHIFTS = {"absent": None, "late": 40, "punctual": -5}
"""By shift, minutes after its start at which the second of its two people comes."""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Shifts of three days: one lacks somebody, one waits for somebody, one lacks nobody."""
    roster, attendance = [], []
    for day, (shift, minutes) in enumerate(SHIFTS.items()):
        start = START + 86_400 * day
        hours = {"start": start, "end": start + 8 * 3600, "required": 2, "people": ["p", "q"]}
        roster.append({"ts": START - 3600, "kind": "roster", "shift": shift, "site": "s", **hours})
        for person, came in (("p", -5), ("q", minutes)):
            if came is not None:
                punch = {"kind": "check_in", "shift": shift, "site": "s", "person": person}
                attendance.append({"ts": start + 60 * came, **punch})
    (tmp_path / "truth").mkdir()
    gap = {"shift": "absent", "start": START}
    for name, rows in (
        ("roster", roster), ("attendance", attendance), ("truth/staffing_gaps", [gap]),
    ):  # fmt: skip
        text = "\n".join(map(json.dumps, rows))
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    return Run(tmp_path)


def test_who_comes_late_is_no_absence_and_yet_a_post_that_lacks_somebody(run: Run) -> None:
    found = staffing.of_run(run)

    assert set(found.told) == {"absent", "late"}
    assert (found.recall, found.precision, found.short) == (1.0, 0.5, 1.0)
    assert (found.late(10), found.late(40)) == (1.0, 0.0)


def test_without_their_shifts_punches_show_the_same_of_people_who_are_rostered(run: Run) -> None:
    named, unnamed = staffing.of_run(run), staffing.of_run(run, names_shifts=False)
    assert unnamed.told == named.told
