"""Who fills a place of a shift and is on no roster."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pure.operation import test_engine as staffing
from watchfloor.aiops.operation.directory import Directory, PersonRef
from watchfloor.aiops.operation.engine import Timed
from watchfloor.aiops.operation.events import Moment, Punch, Relief
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rostered import Stand
from watchfloor.aiops.operation.rules.attendance_missing import AttendanceMissing
from watchfloor.aiops.operation.rules.catalogue import LIMITS
from watchfloor.aiops.operation.rules.schedule_mismatch import ScheduleMismatch
from watchfloor.aiops.operation.rules.wrong_person_at_site import WrongPersonAtSite
from watchfloor.aiops.operation.standins import Held, Needed, on_no_roster, reliefs

MINUTE, HOUR = 60.0, 3600.0
ON_LEAVE = PersonRef(leave=((-HOUR, HOUR),))
DIRECTORY = Directory(Limits.of(LIMITS.values()), people={"lea": ON_LEAVE})


def shift(
    code: str = "gate",
    *rostered: str,
    start: float = 0.0,
    required: int = 1,
    away: Iterable[str] = (),
    **came: float,
) -> Needed:
    """Return a shift of eight hours at alpha. Times in minutes; who is `away` said so before."""
    begin = start * MINUTE
    told = dict.fromkeys(rostered or ("anna",)) | dict.fromkeys(away, begin - 2 * HOUR)
    arrivals = {person: minute * MINUTE for person, minute in came.items()}
    return Needed(code, "alpha", begin, begin + 8 * HOUR, required, told, arrivals)


def punch(minutes: float, person: str = "zoe", kind: str = "check_in", **more: str) -> Punch:
    told = {"site": "alpha", **more}
    return Punch(ts=Moment(minutes * MINUTE), kind=kind, person=person, **told)


def found(needed: Iterable[Needed], *punches: Punch) -> list[tuple[float, str, str, bool]]:
    told = reliefs(needed, punches, DIRECTORY)
    return [(one.ts / MINUTE, one.shift, one.person, one.is_there) for one in told]


GATE = shift()


@pytest.mark.parametrize(
    ("needed", "minute", "filled"),
    [
        ([GATE], 15, "gate"),
        ([GATE], 481, ""),
        ([GATE], -5, ""),
        ([GATE], 5, "gate"),
        ([shift(anna=-5)], 15, ""),
        ([shift(anna=20)], 15, "gate"),
        ([shift(away=["anna"])], -60, "gate"),
        ([shift(away=["anna"])], -121, ""),
        ([shift("gate", "lea")], -5, "gate"),
        ([shift("gate", "anna", required=2)], -5, "gate"),
        ([shift("gate", "anna", "ben", anna=-5)], 15, ""),
        ([GATE, shift("post", away=["anna"])], 5, "post"),
        ([GATE, shift("late", start=240)], 260, "late"),
        ([GATE._replace(site="beta")], 15, ""),
        ([shift(required=2, zoe=-9)], 15, ""),
    ],
    ids=[
        "nobody came", "it is over", "somebody is awaited", "begun, maybe only late",
        "all are there", "all are there later", "leave was told", "too early",
        "leave was granted", "too few are rostered", "one of two is enough",
        "nobody is awaited goes first", "the nearest start", "another site", "came by name",
    ],
)  # fmt: skip
def test_a_check_in_fills_a_place_of_a_shift_that_is_short_then(
    needed: list[Needed], minute: float, filled: str
) -> None:
    assert [one[1] for one in found(needed, punch(minute))] == ([filled] if filled else [])


def test_each_fills_one_place_while_one_is_free_until_leaving() -> None:
    both = [shift("gate", "anna", "ben", required=2), shift("post", start=30, away=["anna"])]
    told = found(
        both, punch(30), punch(31), punch(41, "kim"), punch(42, "lou"), punch(43, "max"),
        punch(60, "zoe", "check_out"), punch(61, "max"), punch(62, "zoe"),
        punch(63, "kim", "check_out", site="beta"), punch(500, "kim", "check_out"),
    )  # fmt: skip
    assert told == [
        (30, "post", "zoe", True),
        (41, "gate", "kim", True),
        (42, "gate", "lou", True),
        (60, "post", "zoe", False),
        (61, "post", "max", True),
        (500, "gate", "kim", False),
    ]


def test_who_is_rostered_somewhere_about_then_is_no_stand_in() -> None:
    stands = {"zoe": [Stand("away", "beta", 0.0, 8 * HOUR)], "kim": [Stand("e", "alpha", -9, 0.0)]}
    free = on_no_roster([punch(15), punch(15, "kim"), punch(15, "lou", shift="x")], stands)
    assert [one.person for one in free] == ["kim"]
    came = {"zoe": [Stand("away", "beta", 0.0, 8 * HOUR, is_rostered=False)]}
    assert list(on_no_roster([punch(15)], came)) == [punch(15)]


_PUNCHES = st.builds(
    punch,
    st.integers(-30, 520),
    st.sampled_from(["zoe", "kim", "lou"]),
    st.sampled_from(["check_in", "check_out", "break_start", "break_end"]),
)


def test_a_place_is_held_in_a_break_and_free_for_another_once_it_is_too_long() -> None:
    gone = [shift(anna=-5)._replace(breaks={"anna": [(60 * MINUTE, 130 * MINUTE)]})]
    assert found(gone, punch(119)) == found(gone, punch(131)) == []
    assert found(gone, punch(121)) == [(121, "gate", "zoe", True)]
    breaks = (punch(20), punch(30, kind="break_start"), punch(89, "kim"))
    back = (punch(91, kind="break_end"), punch(92, kind="break_end"), punch(93, "kim"))
    assert found([GATE], *breaks, *back) == [(20, "gate", "zoe", True), (30, "gate", "zoe", True),
                                             (91, "gate", "zoe", True)]  # fmt: skip
    assert (95, "gate", "lou", True) in found([GATE], *breaks, punch(95, "lou"))


@given(st.lists(_PUNCHES, max_size=12), st.integers(-30, 520))
def test_the_answer_does_not_depend_on_how_the_punches_were_cut(
    punches: list[Punch], minute: int
) -> None:
    needed = [shift("gate", "anna", "ben", required=2, ben=30), shift("late", start=240)]
    before = [one for one in punches if one.ts < minute * MINUTE]
    after = [one for one in punches if one.ts >= minute * MINUTE]
    first = reliefs(needed, before, DIRECTORY)
    last = {(one.shift, one.person): one for one in first}
    held = [
        Held(*key, one.ts if one.is_on_break else None) for key, one in last.items() if one.is_there
    ]
    assert first + reliefs(needed, after, DIRECTORY, held) == reliefs(needed, punches, DIRECTORY)


def relief(minutes: float, *, is_there: bool = True) -> Timed:
    at = Moment(staffing.START + minutes * MINUTE)
    return Timed(at, Relief(ts=at, shift="S1", person="zoe", is_there=is_there))


def test_a_place_that_is_filled_is_missing_nobody_until_it_is_left() -> None:
    events = [
        staffing.roster("anna", "ben"), staffing.punch(-5, "ben"), relief(30),
        relief(90, is_there=False), staffing.punch(99, "anna"),
    ]  # fmt: skip
    advanced = staffing.run(events, 600)
    assert [one[:3] for one in staffing.told(advanced)] == [
        (10, "ATTENDANCE_MISSING", True),
        (30, "ATTENDANCE_MISSING", False),
        (90, "ATTENDANCE_MISSING", True),
        (99, "ATTENDANCE_MISSING", False),
    ]
    whys = [one.standing.message for one in advanced.transitions if not one.is_firing]
    assert whys == ["Relieved by zoe, who is on no roster", ""]


def test_it_says_who_is_there_where_others_lack_still() -> None:
    one, *_ = staffing.run([staffing.roster("anna", "ben"), relief(5)], 20).transitions
    assert (one.standing.evidence["present"], one.standing.evidence["relieved_by"]) == (1, ["zoe"])


def away(minutes: float) -> Timed:
    timed = relief(minutes)
    return timed._replace(event=msgspec.structs.replace(timed.event, is_on_break=True))


@pytest.mark.parametrize(
    "back", [staffing.punch(150, "ben", "break_end"), staffing.punch(150, "ben")]
)
def test_who_stays_away_from_a_break_is_missing_once_the_place_is_held_no_longer(
    back: Timed,
) -> None:
    out, late = staffing.punch(60, "ben", "break_start"), staffing.punch(30, "ben", "break_end")
    events = [staffing.roster("ben"), staffing.punch(-5, "ben"), out, late, back]
    advanced = staffing.run(events, 600)
    begins, ends = advanced.transitions
    assert [one[0] for one in staffing.told(advanced)] == [120, 150]
    assert "ben has not come back from a break on" in begins.standing.message
    assert ends.standing.message == ""
    assert (
        staffing.told(staffing.run([*events[:3], staffing.punch(90, "ben", "check_out")], 99)) == []
    )
    assert (
        staffing.told(staffing.run([*events[:3], staffing.punch(119, "ben", "break_end")], 600))
        == []
    )
    stands_in = staffing.run([*events[:3], staffing.punch(125, "kim")], 130, WrongPersonAtSite())
    assert stands_in.transitions == []


def test_relief_that_stays_away_from_a_break_leaves_the_gap_open() -> None:
    events = [staffing.roster("anna"), relief(5), away(60), relief(150)]
    told = staffing.told(staffing.run(events, 479))
    assert [(at, fires) for at, _, fires, _ in told] == [(120, True), (150, False)]


def test_a_break_is_no_leaving_before_the_end_and_may_stand_for_the_check_in() -> None:
    for kinds in (("check_in", "break_start"), ("break_start", "break_end")):
        told = [staffing.punch(50 * number, "anna", kind) for number, kind in enumerate(kinds)]
        events = [staffing.roster("anna"), *told]
        assert staffing.run(events, 60, ScheduleMismatch(), AttendanceMissing()).transitions == []


def test_a_place_that_is_filled_is_no_other_strangers_to_fill() -> None:
    """And who filled it may name the shift afterwards."""
    events = [staffing.roster("anna"), staffing.leave(-90, "anna"), relief(-5)]
    kim, zoe = staffing.punch(5, "kim"), staffing.punch(5, "zoe")
    for later, wrong in ((kim, ["kim"]), (zoe, [])):
        told = staffing.run([*events, later], 400, WrongPersonAtSite(), AttendanceMissing())
        assert [one.standing.key for one in told.transitions] == wrong
