"""Who is told what, and when: counted as the floor counts it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from watchfloor.aiops.alerts.suppression import MaintenanceWindow
from watchfloor.aiops.alerts.windows import Schedule
from watchfloor.aiops.rehearsal.figures import WINDOW
from watchfloor.aiops.types import Severity, Signal
from watchfloor.bench.grouping import facility, toolkit, toolkit_rows
from watchfloor.bench.grouping.facility import Run
from watchfloor.bench.grouping.labelled import (
    BEGIN,
    HOUR,
    MINUTE,
    NOISE,
    Labelled,
    Subject,
    Teller,
    incident,
)

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
CAMERA, DOOR = Subject("cam-1", "north"), Subject("door-9", "south")


def night_of_work() -> Run:
    """Announced work at one site makes a camera dark; another fails there and stays so."""
    tell = Teller(Random(1), "made", late=0.0)  # noqa: S311 - no secret is made of it
    tell.say(BEGIN, DOOR, "DOOR_AJAR", NOISE)
    tell.say(BEGIN + HOUR, CAMERA, "PICTURE_LOST", incident("work"))
    over = BEGIN + HOUR + 20 * MINUTE
    tell.say(over, CAMERA, "PICTURE_LOST", incident("work"), status=Signal.RESOLVED)
    lens = Subject("cam-2", "north")
    tell.say(BEGIN + 1.5 * HOUR, lens, "OUT_OF_FOCUS", incident("lens"))
    tell.say(BEGIN + 4 * HOUR, DOOR, "DOOR_FORCED", incident("door"), severity=Severity.CRITICAL)
    window = MaintenanceWindow(
        id="work",
        schedule=Schedule(starts_at=BEGIN + HOUR, ends_at=BEGIN + 2 * HOUR),
        sites=frozenset({"north"}),
    )
    stream = Labelled("night", tell.told())
    return Run(stream, {}, (window,), frozenset({"work"}))


def test_an_incident_counts_once_if_any_of_it_is_told_and_not_if_nobody_is() -> None:
    heard = toolkit.listen(night_of_work())
    windows = 4 * HOUR / WINDOW

    assert len(heard.clusters) == 4
    assert len(heard.listed) == 3
    assert heard.load(3) == pytest.approx(3 / windows / 6 * 500 / 2)


def test_what_still_fires_when_the_work_is_over_is_told_then_and_not_sooner() -> None:
    heard = toolkit.listen(night_of_work())

    assert heard.waited["lens"].told == BEGIN + 2 * HOUR
    assert heard.late(asked_for=True) == ["lens"]
    assert heard.late(asked_for=False) == []
    assert heard.waited["door"].told == heard.waited["door"].first


def test_announced_work_is_no_incident_that_anybody_waits_for() -> None:
    assert set(toolkit.listen(night_of_work()).waited) == {"lens", "door"}


def test_a_call_for_help_amid_announced_work_is_told_at_once() -> None:
    run = night_of_work()
    north = [told for told in run.stream.told if told.report.site == "north"]

    kept, calls = toolkit.calls_kept(Run(Labelled("north", north), {}, run.windows))

    assert (kept, calls) == (0, 1)


def test_a_run_in_which_somebody_waits_too_long_fails_its_row() -> None:
    rows = {row.what: row for row in toolkit_rows.rows([toolkit_rows.measure(night_of_work())])}

    assert rows["true incidents of which people are told over 5 minutes late"].ok is False
    assert rows["calls for help told amid the runs: kept quiet"].ok is True


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not here")
def test_a_recorded_run_knows_its_announced_work() -> None:
    run = next(facility.runs(DATA))

    assert run.windows
    assert run.announced
    assert run.announced < set(run.impact)
