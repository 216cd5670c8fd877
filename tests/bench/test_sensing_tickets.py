"""The bench of sensing: recorded runs are read as streams, and scored by their own truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from watchfloor.bench.sensing import tickets
from watchfloor.bench.sensing.runs import runs

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def test_what_a_clock_of_minutes_says_of_made_tickets_the_core_says() -> None:
    assert tickets.agreed_on_made(20, seed=2) == 20


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not here")
def test_tickets_of_a_recorded_month_are_told_when_their_time_is_over() -> None:
    found = tickets.of_run(runs(DATA)[0])

    assert found.truth
    assert found.told == found.truth
