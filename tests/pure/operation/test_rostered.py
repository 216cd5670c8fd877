"""To which shift a punch belongs that names none."""

from __future__ import annotations

import pytest

from watchfloor.aiops.operation.events import Moment, Punch
from watchfloor.aiops.operation.rostered import Stand, placed

HOUR = 3600.0
DAY, LATE = Stand("day", "alpha", 0.0, 8 * HOUR), Stand("late", "alpha", 8 * HOUR, 16 * HOUR)
AWAY = Stand("away", "beta", 0.0, 8 * HOUR)
CAME_TO = {"came_at": -0.1 * HOUR}


def punch(hours: float, kind: str = "check_in", **named: str) -> Punch:
    told = {"site": "alpha", "person": "anna"} | named
    return Punch(ts=Moment(hours * HOUR), kind=kind, **told)


def shifts(*told: Punch, stands: list[Stand]) -> list[str]:
    return [one.shift for one in placed(told, {"anna": stands})]


@pytest.mark.parametrize(
    ("told", "shift"),
    [
        (punch(-2.1), ""),
        (punch(-1.9), "day"),
        (punch(5.9), "day"),
        (punch(7.8), "late"),
        (punch(16), ""),
        (punch(0, site="beta"), "away"),
        (punch(0, site="gamma"), ""),
        (punch(0, person="zoe"), ""),
        (punch(0, shift="other"), "other"),
    ],
)
def test_a_check_in_is_for_the_shift_of_its_person_and_site_that_begins_nearest(
    told: Punch, shift: str
) -> None:
    assert shifts(told, stands=[DAY, LATE, AWAY]) == [shift]


def test_a_punch_without_a_site_may_be_for_a_shift_anywhere() -> None:
    assert shifts(punch(0, site=""), stands=[AWAY]) == ["away"]


@pytest.mark.parametrize(
    ("hours", "stands", "shift"),
    [
        (8.1, [DAY._replace(**CAME_TO), LATE], "day"),
        (20, [DAY._replace(**CAME_TO)], "day"),
        (8.1, [DAY, LATE], "day"),
        (15.9, [DAY._replace(**CAME_TO, left_at=8.1 * HOUR), LATE], "late"),
        (20, [DAY._replace(**CAME_TO, left_at=8.1 * HOUR)], ""),
        (8.1, [DAY._replace(**CAME_TO, is_rostered=False)], "day"),
        (-1, [DAY], ""),
    ],
    ids=[
        "he came to it", "he stayed on", "the check-in is missing", "he left the other",
        "he left hours ago", "he stood in", "he cannot leave before it begins",
    ],
)  # fmt: skip
def test_a_check_out_is_of_the_shift_that_its_person_came_to_else_of_the_one_that_ends_nearest(
    hours: float, stands: list[Stand], shift: str
) -> None:
    assert shifts(punch(hours, "check_out"), stands=stands) == [shift]


def test_who_came_without_being_rostered_stands_on_no_shift_when_coming_again() -> None:
    assert shifts(punch(1), stands=[DAY._replace(is_rostered=False, **CAME_TO)]) == [""]


def test_a_check_out_knows_the_check_ins_that_come_with_it_in_whatever_order() -> None:
    out, in_named, in_late = punch(17, "check_out"), punch(0, shift="day"), punch(8.2)
    assert shifts(out, in_named, in_late, stands=[DAY, LATE]) == ["late", "day", "late"]
    assert shifts(punch(20, "check_out"), in_named, stands=[DAY]) == ["day", "day"]
    left = DAY._replace(**CAME_TO, left_at=4 * HOUR)
    assert shifts(punch(4.5), punch(20, "check_out"), stands=[left]) == ["day", "day"]


def test_a_break_is_of_the_shift_that_its_person_came_to_and_leaves_it_not() -> None:
    told = (punch(0), punch(4, "break_start"), punch(4.5, "break_end"), punch(20, "check_out"))
    assert shifts(*told, stands=[DAY, LATE]) == ["day"] * 4
