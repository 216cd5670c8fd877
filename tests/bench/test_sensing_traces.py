"""Outages and alarms of machines whose answers were recorded."""

from __future__ import annotations

import gzip
from pathlib import Path

from watchfloor.bench.sensing.traces import START, scored, traces

PERIOD = 600


def test_sessions_become_beats_and_what_they_leave_out_is_asked_for(tmp_path: Path) -> None:
    sessions = [(0, 40), (41, 80), (88, 120)]
    file = tmp_path / "made.avt.gz"
    times = " ".join(f"{PERIOD * moment}" for session in sessions for moment in session)
    file.write_bytes(gzip.compress(f"node7 {len(sessions)} {times}\n".encode()))

    [one] = traces(file, PERIOD)
    assert [(beat - START) / PERIOD for beat in one.beats[38:42]] == [38, 39, 41, 42]
    assert [outage.missed(PERIOD) for outage in one.outages] == [1, 8]

    found = scored([one], PERIOD)
    assert (found.asked, found.told, found.single, found.false) == (1, 1, 0, 0)
    assert 1 < found.delays[0] < 1.5
