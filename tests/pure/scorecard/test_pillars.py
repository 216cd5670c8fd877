"""Each pillar of a site's day, on days made for it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.licences import Term
from watchfloor.aiops.scorecard.facts import (
    Alarm,
    Awake,
    Help,
    Paper,
    Planned,
    SiteDay,
    Stood,
    Walk,
)
from watchfloor.aiops.scorecard.law import (
    HOUR,
    Duty,
    Papers,
    broken_by_hours,
    broken_by_licences,
    broken_by_papers,
)
from watchfloor.aiops.scorecard.pillars import PILLARS, card
from watchfloor.aiops.scorecard.score import Pillar, Status, overall, worst
from watchfloor.aiops.types import Severity

MINUTE = 60.0
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


def test_what_lasts_for_all_of_its_time_asks_for_somebody() -> None:
    assert said("control_desk", SiteDay(END, alarms=[alarm(None, ended=15)]))[:2] == (0, 1)


def test_an_emergency_has_two_minutes() -> None:
    alarms = [alarm(minutes, is_life_safety=True) for minutes in (1, 2, 3)]

    assert said("emergencies", SiteDay(END, alarms=alarms))[:2] == (2, 3)


def test_help_in_the_field_has_72_hours() -> None:
    asked = [Help("a", 0, 72 * HOUR), Help("b", 0, 73 * HOUR), Help("c", 0, None)]

    assert said("field_support", SiteDay(END, help=asked)) == (
        1, 3, ["not closed in 72 hours"] * 2,
    )  # fmt: skip


def stood(person: str, **how: Any) -> Stood:
    values = {"came_at": 6 * HOUR, "left_at": 14 * HOUR} | how
    return Stood("s1", person, 14 * HOUR, **values)


def test_who_came_has_to_keep_to_the_law_and_whose_hours_nobody_knows_kept_to_nothing() -> None:
    people = [
        stood("p1"), stood("p2", broke=("is on leave", "lacks armed")), stood("p3", left_at=None),
        stood("p4", came_at=None, left_at=None), stood("p5", left_at=None, broke=("is suspended",)),
        stood("p6", has_papers=False), stood("p7", is_end_known=False),
    ]  # fmt: skip
    day = SiteDay(END, stood=people)

    assert said("legal", day) == (3, 5, ["is on leave; lacks armed", "is suspended"])
    assert PILLARS["legal"](day).untold == [
        "2 did not check out: their hours are not known.", "1 are in no register of employments.",
        "1 have no licence on record for a skill of their post: whether it had ended is not known.",
    ]  # fmt: skip


def test_records_are_check_outs_and_reports_in_time() -> None:
    people = [stood("p1"), stood("p3", left_at=None), stood("p4", came_at=None, left_at=None)]
    papers = [Paper("log", True, ""), Paper("drill", False, "was not handed in")]

    assert said("records", SiteDay(END, stood=people, papers=papers)) == (
        2, 4, ["p3 did not check out", "was not handed in"],
    )  # fmt: skip
    assert said("records", SiteDay(14 * HOUR - 1, stood=people))[1] == 0, "it is not over"
    assert said("records", SiteDay(14 * HOUR, stood=people))[1] == 2
    owing, none = SiteDay(END, papers=papers), SiteDay(END)
    assert PILLARS["records"](owing).untold == []
    assert PILLARS["records"](none).untold == ["No report of the site was due."]


def test_supervision_is_tours_people_who_give_signs_and_findings_that_somebody_takes_up() -> None:
    day = SiteDay(
        END,
        walks=[Walk("t1", True, ""), Walk("t2", False, "not walked")],
        awake=[Awake("p1", False), Awake("p2", True)],
        findings=[
            alarm(15), alarm(121, Severity.HIGH), alarm(None, Severity.HIGH, ended=119),
            alarm(None, Severity.MEDIUM),
        ],
        was_inspected=True,
    )  # fmt: skip

    assert said("supervision", day) == (
        3, 6, ["not walked", "gave no sign for too long", "acknowledged after 121 min"],
    )  # fmt: skip
    assert PILLARS["supervision"](day).untold == []
    assert PILLARS["supervision"](SiteDay(END)).untold == [
        "No mandatory tour was planned.", "No sign of anybody on duty was told of.",
        "The site was not inspected.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("worked", "broken"),
    [
        ([(12, 24)], []),
        ([(-12, 0), (12, 24)], []),
        ([(-12, 0.9), (12, 24)], []),
        ([(-12, 1.1), (12, 24)], ["rested 10.9 hours of 24"]),
        ([(11, 14), (16, 24)], []),
        ([(10, 14), (16, 24)], ["rested 10.0 hours of 24"]),
        ([(0, 8), (16, 24)], ["rested 8.0 hours of 24"]),
        ([(7.5, 24)], ["worked 16.5 hours of 24"]),
        ([(0, 9), (8, 10), (17, 24)], ["worked 17.0 hours of 24"]),
        ([(12, 24), (24, 36)], []),
    ],
)
def test_hours_are_those_of_the_day_that_ends_as_somebody_leaves(
    worked: list[tuple[float, float]], broken: list[str]
) -> None:
    spans = [(start * HOUR, end * HOUR) for start, end in worked]

    assert list(broken_by_hours(24 * HOUR, spans, most_hours=16, rest_hours=11)) == broken


def test_papers_say_who_may_stand_where_and_when() -> None:
    day = date(2026, 3, 2)
    duty = Duty("s1", day, day, frozenset({"armed", "first-aid"}))
    well = Papers(hired_on=day, left_on=day, skills=duty.needs | {"k9"}, sites=frozenset({"s1"}))

    assert list(broken_by_papers(well, duty)) == []
    after, before = date(2026, 3, 3), date(2026, 3, 1)
    wrong = Papers(after, before, True, frozenset({"armed"}), frozenset({"s2"}), [(before, day)])
    assert list(broken_by_papers(wrong, duty)) == [
        "is suspended", "is employed from 2026-03-03 on", "left on 2026-03-01",
        "may not work here", "is on leave", "lacks first-aid",
    ]  # fmt: skip
    assert list(broken_by_papers(Papers(leave=[(after, after)]), Duty("s1", day, day))) == []


def test_a_licence_that_the_post_needs_holds_until_the_duty_ends() -> None:
    first, night, after = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
    terms = {
        "armed": [Term(first, night)],
        "dogs": [Term(after, after)],
        "k9": [Term(first, first)],
    }

    def broken(day: date, last: date, *needs: str) -> list[str]:
        return list(broken_by_licences(terms, Duty("s1", day, last, frozenset(needs))))

    assert broken(first, night, "armed", "first-aid") == []
    assert broken(night, after, "armed") == ["licence armed ended on 2026-03-02"]
    assert broken(night, night, "k9", "dogs") == [
        "licence dogs begins on 2026-03-03", "licence k9 ended on 2026-03-01",
    ]  # fmt: skip


@settings(max_examples=40)
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
