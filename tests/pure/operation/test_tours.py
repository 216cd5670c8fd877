"""Tours that are late, and tours that leave out too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.engine import Advanced, Engine, Timed
from watchfloor.aiops.operation.events import (
    Moment,
    TourCancelled,
    TourFinished,
    TourPlanned,
    TourScan,
    TourStarted,
)
from watchfloor.aiops.operation.facts.tour import KEPT, TourFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules import tour_incomplete, tour_overdue

END, MINUTE = 1_767_592_800.0, 60.0
LIMITS = Limits.of([tour_overdue.GRACE, tour_incomplete.LEAST])
ROUND = ["gate", "yard", "roof", "vault", "dock"]


def planned(**told: Any) -> Timed:
    start, end = Moment(END - 3600), Moment(END)
    values = {"site": "S1", "checkpoints": ROUND, "person": "P1", **told}
    return Timed(start, TourPlanned(ts=start, tour="T1", start=start, end=end, **values))


def on(minutes: float, kind: type[Any], **told: Any) -> Timed:
    at = Moment(END + minutes * MINUTE)
    return Timed(at, kind(ts=at, tour="T1", **told))


def scans(*names: str) -> list[Timed]:
    return [on(-40 + number, TourScan, checkpoint=name) for number, name in enumerate(names)]


def run(*events: Timed, until: float = 600, directory: Directory = Directory(LIMITS)) -> Advanced:
    engine = Engine([tour_overdue.TourOverdue(), tour_incomplete.TourIncomplete()])
    return engine.advance(TourFacts(code="T1"), events, END + until * MINUTE, directory)


def told(advanced: Advanced) -> list[tuple[float, str, bool]]:
    return [((one.at - END) / MINUTE, one.code, one.is_firing) for one in advanced.transitions]


def test_a_mandatory_tour_is_overdue_half_an_hour_after_its_end_until_it_is_completed() -> None:
    late = run(planned(), *scans("gate", "yard"), on(45, TourFinished))
    assert told(late) == [
        (30, "TOUR_OVERDUE", True),
        (45, "TOUR_INCOMPLETE", True),
        (45, "TOUR_OVERDUE", False),
    ]
    [overdue] = [one.standing for one in late.transitions if one.code == "TOUR_OVERDUE"][:1]
    assert (overdue.entity_id, overdue.site, overdue.person) == ("T1", "S1", "P1")
    assert overdue.message == "Tour T1 at S1 is overdue since 06:00 UTC: 2 of 5 checkpoints"

    assert told(run(planned(), *scans(*ROUND))) == [], "all scanned is done, whoever forgot to say"
    assert told(run(planned(mandatory=False))) == []


def test_a_cancelled_tour_is_owed_by_nobody_and_an_unplanned_one_never() -> None:
    assert told(run(planned(), on(40, TourCancelled))) == [
        (30, "TOUR_OVERDUE", True),
        (40, "TOUR_OVERDUE", False),
    ]
    assert told(run(on(-50, TourStarted, site="S1"), *scans("gate"), on(0, TourFinished))) == []


def test_a_plan_that_comes_late_changes_no_newer_word() -> None:
    first = planned()
    cancelled = on(-50, TourCancelled)
    assert told(run(cancelled, first)) == []
    start, end = Moment(END), Moment(END + 3600)
    put_off = Timed(Moment(END - 30 * MINUTE), TourPlanned(
        ts=start, tour="T1", site="S1", start=start, end=end, checkpoints=ROUND
    ))  # fmt: skip
    assert told(run(put_off, first, cancelled)) == [(90, "TOUR_OVERDUE", True)]
    assert told(run(put_off, first, cancelled)) == told(run(first, cancelled, put_off))


def test_a_tour_nobody_walks_is_told_for_a_day_and_then_forgotten() -> None:
    ended = run(planned(), until=2 * KEPT / MINUTE)

    assert told(ended) == [(30, "TOUR_OVERDUE", True), (KEPT / MINUTE, "TOUR_OVERDUE", False)]
    assert ended.facts is None


def test_a_finished_tour_is_incomplete_under_four_fifths_of_its_checkpoints() -> None:
    finished = on(-5, TourFinished)

    assert told(run(planned(), *scans(*ROUND[:4]), finished)) == []
    twice = run(planned(), *scans("gate", "gate", "yard", "elsewhere", "roof"), finished)
    assert told(twice) == [(-5, "TOUR_INCOMPLETE", True)]
    [one] = twice.transitions
    assert one.standing.evidence["missed"] == ["vault", "dock"]
    strict = replace(LIMITS, sites={"S1": {"tour_coverage_percent": 100}})
    assert told(run(planned(), *scans(*ROUND[:4]), finished, directory=Directory(strict)))


def test_a_tour_without_checkpoints_of_its_own_takes_those_of_its_route() -> None:
    routes = {"routes": {"night": ("gate", "yard")}}
    walked = run(
        planned(checkpoints=[], route="night"), *scans("gate"), on(0, TourFinished),
        directory=Directory(LIMITS, extras=routes),
    )  # fmt: skip

    assert told(walked) == [(0, "TOUR_INCOMPLETE", True)]
