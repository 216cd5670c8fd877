"""Each pillar of a site's day, on days made for it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.scorecard.facts import Alarm, Help, Planned, SiteDay, Stood, Walk
from watchfloor.aiops.scorecard.pillars import PILLARS, card
from watchfloor.aiops.scorecard.score import Pillar, Status, overall, worst
from watchfloor.aiops.types import Severity

MINUTE, HOUR = 60.0, 3600.0
END = 24 * HOUR


def said(pillar: str, day: SiteDay) -> tuple[int, int, list[str]]:
    found = PILLARS[pillar](day)
    return found.good, found.of, [one.said for one in found.missed]


def alarm(minutes: float | None, severity: Severity = Severity.CRITICAL, *,
          is_life_safety: bool = False, ended: float | None = None) -> Alarm:  # fmt: skip
    at = 10 * HOUR
    return Alarm(
        "i1", severity, is_life_safety, at,
        None if minutes is None else at + minutes * MINUTE,
        None if ended is None else at + ended * MINUTE,
    )  # fmt: skip


def test_a_day_of_which_nobody_told_anything_is_unknown_and_not_perfect() -> None:
    nothing = card(SiteDay(END))

    assert {one.score for one in nothing.values()} == {None}
    assert (overall(nothing), worst(nothing)) == (None, None)


def test_places_are_filled_by_who_is_rostered_and_in_time() -> None:
    in_time, late = 6 * HOUR + 15 * MINUTE, 6 * HOUR + 16 * MINUTE
    shifts = [Planned("s1", 2, 6 * HOUR, [in_time, late]), Planned("s2", 1, 6 * HOUR, [0.0, 0.0])]

    assert said("right_guard", SiteDay(END, planned=shifts)) == (2, 3, ["1 of 2 in time"])


def test_the_desk_has_15_and_30_minutes_and_nobody_waits_for_what_was_over_before() -> None:
    alarms = [
        alarm(15), alarm(16), alarm(30, Severity.HIGH), alarm(31, Severity.HIGH), alarm(None),
        alarm(None, ended=14), alarm(None, Severity.MEDIUM), alarm(99, is_life_safety=True),
    ]  # fmt: skip

    assert said("control_desk", SiteDay(END, alarms=alarms)) == (
        2, 5,
        ["acknowledged after 16 min", "acknowledged after 31 min", "nobody acknowledged it"],
    )  # fmt: skip


def test_an_emergency_has_two_minutes() -> None:
    alarms = [alarm(minutes, is_life_safety=True) for minutes in (1, 2, 3)]

    assert said("emergencies", SiteDay(END, alarms=alarms))[:2] == (2, 3)


def test_help_in_the_field_has_72_hours() -> None:
    asked = [Help("a", 0, 72 * HOUR), Help("b", 0, 73 * HOUR), Help("c", 0, None)]

    assert said("field_support", SiteDay(END, help=asked)) == (
        1, 3, ["not closed in 72 hours"] * 2,
    )  # fmt: skip


def test_who_came_has_to_keep_to_the_law_and_check_out() -> None:
    def stood(person: str, **how: object) -> Stood:
        values: dict[str, object] = {"came_at": 6 * HOUR, "left_at": 14 * HOUR} | how
        return Stood("s1", person, 14 * HOUR, **values)  # type: ignore[arg-type]

    people = [stood("p1"), stood("p2", broke="OVERTIME_VIOLATION"), stood("p3", left_at=None),
              stood("p4", came_at=None, left_at=None)]  # fmt: skip
    day = SiteDay(END, stood=people)

    assert said("legal", day) == (2, 3, ["OVERTIME_VIOLATION"])
    assert said("records", day) == (2, 3, ["p3 did not check out"])
    assert said("records", SiteDay(13 * HOUR, stood=people))[1] == 0, "their shift is not over"


def test_tours_are_walked_whole() -> None:
    walks = [Walk("t1", True, ""), Walk("t2", False, "not walked")]

    assert said("supervision", SiteDay(END, walks=walks)) == (1, 2, ["not walked"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=7))
def test_a_card_is_as_bad_as_its_worst_pillar_and_unknown_ones_weigh_nothing(
    counted: list[tuple[int, int]],
) -> None:
    known = {f"{at}": Pillar(min(good, of), of) for at, (good, of) in enumerate(counted)}
    padded = known | {"unknown": Pillar(0, 0)}

    assert overall(padded) == overall(known)
    scores = [one.score for one in known.values() if one.score is not None]
    assert worst(padded) == (Status.of(min(scores)) if scores else None)
    assert overall(known) is None or 0.0 <= overall(known) <= 100.0  # type: ignore[operator]
