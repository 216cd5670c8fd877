"""Who checks in to a shift that is not theirs, and punches that do not fit."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from tests.pure.operation.test_engine import (
    HOUR,
    NOBODY_SET_ANYTHING,
    START,
    leave,
    punch,
    roster,
    run,
)
from watchfloor.aiops.operation.directory import PersonRef
from watchfloor.aiops.operation.engine import Advanced, Engine, Timed
from watchfloor.aiops.operation.events import Moment
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.aiops.operation.rules.attendance_missing import AttendanceMissing
from watchfloor.aiops.operation.rules.schedule_mismatch import ScheduleMismatch
from watchfloor.aiops.operation.rules.wrong_person_at_site import WrongPersonAtSite


def wrong(*events: Timed) -> list[str]:
    return [one.standing.key for one in run(events, 400, WrongPersonAtSite()).transitions]


def test_whoever_is_rostered_is_no_wrong_person_however_many_there_are() -> None:
    assert wrong(roster("anna", "ben"), punch(-5, "anna"), punch(-4, "ben")) == []


def test_somebody_else_is_one_while_all_are_there_or_may_still_come() -> None:
    assert wrong(roster("anna", "ben"), punch(-5, "zoe")) == ["zoe"]
    assert wrong(roster("anna"), punch(-5, "anna"), punch(30, "zoe")) == ["zoe"]


@pytest.mark.parametrize(
    "before",
    [
        [roster("anna"), leave(-90, "anna")],
        [roster(required=1)],
        [roster("anna")],
    ],
    ids=["on leave", "never found", "late beyond the grace"],
)
def test_a_stand_in_is_none(before: list[Timed]) -> None:
    assert wrong(*before, punch(15, "zoe")) == []


def test_a_second_stand_in_for_one_who_is_missing_is_one() -> None:
    assert wrong(roster("anna"), leave(-90, "anna"), punch(1, "zoe"), punch(2, "kim")) == ["kim"]


def test_a_roster_that_was_published_before_replaces_none() -> None:
    now, before = roster("anna"), roster("zoe").event
    late = Timed(now.at - 60, msgspec.structs.replace(before, ts=Moment(now.at - 60)))
    assert wrong(now, late, punch(-5, "anna")) == []
    assert wrong(late, now, punch(-5, "anna")) == []
    assert wrong(now, late, punch(-5, "anna"), punch(-4, "zoe")) == ["zoe"]


def test_a_stand_in_who_checks_in_again_is_the_same_one() -> None:
    assert wrong(roster("anna"), leave(-90, "anna"), punch(1, "zoe"), punch(2, "zoe")) == []


def test_leave_that_was_granted_before_is_stood_in_for_and_said() -> None:
    """Of the register, where nobody sent a notice."""
    granted = PersonRef(leave=((START - 9 * HOUR, START + 9 * HOUR),))
    directory = replace(NOBODY_SET_ANYTHING, people={"anna": granted})
    engine = Engine([AttendanceMissing(), WrongPersonAtSite()])

    def told(*events: Timed) -> list[str]:
        facts = ShiftFacts(code="S1")
        transitions = engine.advance(facts, events, START + HOUR, directory).transitions
        return [one.standing.message for one in transitions]

    assert told(roster("anna"), punch(1, "zoe")) == []
    assert told(roster("anna")) == [
        "anna is on leave and nobody stands in on the day shift at alpha (06:00 UTC, 0 of 1 came)"
    ]


@pytest.mark.parametrize(
    "events",
    [
        [roster("anna"), punch(-120, "anna"), punch(1, "zoe"), punch(2, "zoe", "check_out")],
        [roster("anna", "ben"), punch(-5, "zoe"), punch(4, "ben"), punch(15, "kim")],
        [roster("anna"), punch(430, "anna", "check_out"), punch(500, "zoe")],
    ],
)
def test_punches_before_the_first_roster_are_told_of_as_after_it(events: list[Timed]) -> None:
    def told(told: list[Timed]) -> set[tuple[str, str]]:
        found = run(told, 600, WrongPersonAtSite(), ScheduleMismatch()).transitions
        return {(one.code, one.standing.message) for one in found}

    published, *punches = events
    late = published._replace(at=punches[-1].at + 60)
    assert told([*punches, late]) == told(events)
    assert told(events)


def mismatch(*events: Timed) -> Advanced:
    return run(events, 600, ScheduleMismatch())


away = punch(0, "anna")
away = away._replace(event=msgspec.structs.replace(away.event, site="beta"))


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (punch(-91, "anna"), "91 minutes before it begins"),
        (punch(481, "anna"), "after its end"),
        (away, "anna checked in at beta for the day shift at alpha (06:00 UTC)"),
        (
            punch(449, "anna", "check_out"),
            "left the day shift at alpha (06:00 UTC) 31 minutes before its end",
        ),
    ],
)
def test_a_punch_far_from_its_shift_does_not_fit(told: Timed, says: str) -> None:
    [one] = mismatch(roster("anna"), told).transitions
    assert says in one.standing.message


def test_punches_at_about_the_right_time_fit() -> None:
    fitting = [roster("anna"), punch(-89, "anna"), punch(451, "anna", "check_out")]
    assert mismatch(*fitting).transitions == []
