"""Who checks in to a shift that is not theirs, and punches that do not fit."""

from __future__ import annotations

import msgspec
import pytest

from tests.pure.operation.test_engine import leave, punch, roster, run
from watchfloor.aiops.operation.engine import Advanced, Timed
from watchfloor.aiops.operation.events import Moment
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


def mismatch(*events: Timed) -> Advanced:
    return run(events, 600, ScheduleMismatch())


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (punch(-91, "anna"), "91 minutes before it begins"),
        (punch(481, "anna"), "after its end"),
        (punch(449, "anna", "check_out"), "left shift S1 31 minutes before its end"),
    ],
)
def test_a_punch_far_from_its_shift_does_not_fit(told: Timed, says: str) -> None:
    [one] = mismatch(roster("anna"), told).transitions
    assert says in one.standing.message


def test_punches_at_about_the_right_time_fit() -> None:
    fitting = [roster("anna"), punch(-89, "anna"), punch(451, "anna", "check_out")]
    assert mismatch(*fitting).transitions == []
