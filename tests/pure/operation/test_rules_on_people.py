"""What is told of people at work: each rule, by what it raises and what ends it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pure.operation.people import (
    ALPHA,
    BETA,
    DAY,
    DIRECTORY,
    FAR,
    START,
    fix,
    hear,
    planned,
    punch,
    timed,
    told,
    used,
)
from watchfloor.aiops.operation.engine import Engine, Transition
from watchfloor.aiops.operation.events import Event
from watchfloor.aiops.operation.facts.asset import AssetFacts
from watchfloor.aiops.operation.facts.face import FaceFacts
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.operation.facts.terminal import TerminalFacts
from watchfloor.aiops.operation.rules.catalogue import RULES
from watchfloor.aiops.operation.stored import pack, unpack
from watchfloor.aiops.types import Severity

NORTH = 0.009
"""Degrees in a kilometre."""


def of(person: str, *events: Event, until: float = 0.0) -> list[Transition]:
    return hear(PersonFacts(code=person), events, until)


def test_two_sites_with_too_little_time_between_them_are_impossible_shifts() -> None:
    out = punch(480, "check_out")
    assert told(of("ben", punch(0), out, punch(520, site="far"))) == [
        (520, "IMPOSSIBLE_SHIFTS", True)
    ]
    assert told(of("ben", punch(0), out, punch(600, site="far"))) == []
    assert told(of("ben", punch(0), out, punch(481, site="nowhere"))) == []


def test_a_punch_that_comes_late_is_held_against_both_sides_of_it() -> None:
    found = of("ben", punch(0), punch(480, "check_out"), punch(230, "check_out", site="far"))
    found = of("ben", punch(0), punch(480, "check_out"), punch(450, "check_out", site="far"))
    assert [one.code for one in found] == ["IMPOSSIBLE_SHIFTS"]


def test_one_identity_at_two_sites_within_minutes_is_told_once() -> None:
    [one] = of("ben", punch(0), punch(3, site="beta"))
    assert (one.code, one.standing.severity) == ("BUDDY_PUNCHING", Severity.CRITICAL)
    left = of("ben", punch(-90), punch(0, "check_out"), punch(3, site="beta"))
    assert [one.code for one in left] == ["IMPOSSIBLE_SHIFTS"]
    assert one.standing.evidence["detector"] == "two_places"


def test_a_code_that_stands_for_whoever_came_is_nobody_to_suspect() -> None:
    assert of("RELIEF", punch(0, person="RELIEF"), punch(3, person="RELIEF", site="far")) == []


def gate(*events: Event, device: str = "gate") -> list[Transition]:
    return hear(TerminalFacts(code=device), events)


def test_a_phone_of_ones_own_that_checks_in_somebody_else() -> None:
    own = [punch(1440 * day, device="p") for day in range(12)]
    [one] = gate(*own, punch(1440 * 11 + 2, person="anna", device="p"), device="p")
    assert (one.code, one.standing.person) == ("BUDDY_PUNCHING", "anna")
    lent = punch(1440 * 11 + 2, person="anna", device="p", confidence=0.95, liveness=0.9)
    assert gate(*own, lent, device="p") == []
    registered = [punch(0, person="cleo"), punch(1, person="anna")]
    assert [one.standing.person for one in gate(*registered, device="phone-cleo")] == ["anna"]


def test_nobody_owns_a_gate_that_all_use() -> None:
    everybody = [
        punch(1440 * day + n, person=person)
        for day in range(12)
        for n, person in enumerate(("anna", "ben", "cleo"))
    ]
    assert gate(*everybody) == []


def face(*events: Event, code: str = "face-1") -> list[str]:
    told = hear(FaceFacts(code=code), events)
    assert {one.code for one in told} <= {"BUDDY_PUNCHING"}
    return [one.standing.person for one in told]


def test_a_face_that_checks_two_persons_in() -> None:
    ben = [punch(1440 * day, face="face-1", device="gate") for day in range(3)]
    as_anna = {"person": "anna", "face": "face-1", "confidence": 0.9}
    assert face(*ben) == []
    assert face(*ben, punch(9000, device="gate", **as_anna)) == ["anna"]
    assert face(*ben, punch(9000, device="gate", **as_anna | {"confidence": 0.4})) == []
    relief = punch(9000, device="gate", **as_anna | {"person": "RELIEF"})
    assert face(*ben, relief) == [], "nobody knows who that is"


def test_a_face_is_known_at_another_gate_once_several_agree() -> None:
    here, there = punch(0, face="7", device="gate"), punch(600, face="7", device="far-gate")
    as_anna = {"person": "anna", "face": "7", "confidence": 0.9}
    numbered = punch(600, device="far-gate", **as_anna)
    assert face(here, numbered, code="7") == [], "each gate may number its own faces"
    third = [punch(900 + n, device="third", **as_anna) for n in (0, 1440)]
    assert face(here, there, *third, code="7") == ["anna", "anna"], "and again the next day"
    named = punch(0, device="gate", **as_anna | {"face": "ben"})
    assert face(named, code="ben") == ["anna"], "a face that bears a person's code"


@pytest.mark.parametrize(
    "events",
    [
        [fix(0), fix(10, mock=True)],
        [fix(0), fix(10, FAR), fix(20, FAR)],
        [fix(0, FAR), punch(5, lat=ALPHA[0], lon=ALPHA[1], device="phone")],
        [fix(0, network_lat=BETA[0], network_lon=BETA[1])],
        [fix(10 * n) for n in range(13)],
    ],
)
def test_positions_that_a_phone_was_told_to_say(events: list[Event]) -> None:
    assert "GPS_SPOOFING" in [one.code for one in of("ben", *events)]


def test_a_glitch_of_a_receiver_is_no_spoof() -> None:
    assert of("ben", fix(0), fix(10, FAR), fix(20, (51.5001, -0.12)), fix(30)) == []


def test_outside_the_fence_until_back_inside_or_off_duty() -> None:
    away = (ALPHA[0] + 2 * NORTH, ALPHA[1])
    gone = [fix(40, away), fix(42, away), fix(78, away, accuracy=3000.0)]
    assert told(of("ben", punch(0), fix(10), *gone, fix(80))) == [
        (42, "GEOFENCE_BREACH", True),
        (80, "GEOFENCE_BREACH", False),
    ]
    assert told(of("ben", punch(0, gps_m=900), punch(60, "check_out"))) == [
        (0, "GEOFENCE_BREACH", True),
        (60, "GEOFENCE_BREACH", False),
    ]
    assert of("ben", punch(0), fix(40, away), fix(42)) == []
    forgot = [planned(0), punch(0, shift="S0"), fix(470, away), fix(475, away)]
    assert told(of("ben", *forgot, fix(600, away), fix(610, away), until=900)) == [
        (475, "GEOFENCE_BREACH", True),
        (480, "GEOFENCE_BREACH", False),
    ]
    assert of("ben", fix(0), fix(40, away), fix(42, away)) == []


def test_a_thing_that_leaves_its_site() -> None:
    away = (ALPHA[0] + 2 * NORTH, ALPHA[1])
    van = {"person": "", "asset": "van"}
    moves = [fix(0, site="alpha", **van), fix(9, away, **van), fix(10, away, **van)]
    [one] = hear(AssetFacts(code="van"), moves)
    assert (one.code, one.standing.entity_type) == ("GEOFENCE_BREACH", "asset")


def test_positions_of_no_use_one_after_the_other() -> None:
    poor = [fix(minutes, accuracy=400.0) for minutes in (10, 12, 14, 16)]
    assert told(of("ben", punch(0), *poor, fix(30))) == [
        (14, "GPS_LOW_ACCURACY", True),
        (30, "GPS_LOW_ACCURACY", False),
    ]
    assert of("ben", punch(0), *poor[:2], fix(14), *poor[3:]) == []
    assert told(of("ben", punch(0), *poor, until=900))[-1] == (720, "GPS_LOW_ACCURACY", False)
    lenient = replace(DIRECTORY.limits, sites={"alpha": {"gps_low_accuracy_m": 500.0}})
    heard = Engine(RULES).advance(
        PersonFacts(code="ben"), timed([punch(0), *poor]), START + 3600,
        replace(DIRECTORY, limits=lenient),
    )  # fmt: skip
    assert heard.transitions == []


def test_where_nobody_said_who_may_work_nothing_is_told() -> None:
    [one] = of("anna", punch(0, person="anna", site="far"))
    assert (one.code, one.standing.site) == ("UNAUTHORIZED_SITE_ACCESS", "far")
    assert of("anna", punch(0, person="anna", site="beta")) == []
    assert of("anna", punch(0, person="anna", site="alpha")) == [], "at home"
    assert of("anna", punch(0, "check_out", person="anna", site="far")) == []
    assert of("ben", punch(0, site="far")) == []


def test_work_without_a_break_is_told_at_the_limit_and_ends_with_the_punch_out() -> None:
    days = [punch(0), punch(480, "check_out"), punch(500), punch(1000, "check_out")]
    assert told(of("ben", *days)) == [
        (960, "OVERTIME_VIOLATION", True),
        (1000, "OVERTIME_VIOLATION", False),
    ]
    assert of("ben", *days[:2], punch(600), punch(1050, "check_out")) == []
    gone = [punch(0), *(used(15 * n) for n in range(1, 32))]
    codes = [one.code for one in of("ben", *gone, until=2000)]
    assert "OVERTIME_VIOLATION" not in codes, "silent since 465: forgot to check out"


def test_a_silence_is_told_of_who_is_lively_and_ends_with_a_sign_of_life() -> None:
    week: list[Event] = []
    for day in range(-5, 1):
        out = [punch(1440 * day + 480, "check_out")] if day else []
        lively = (used(1440 * day + 8 * n) for n in range(1, 60 if day else 24))
        week += [punch(1440 * day), *lively, *out]
    assert told(of("ben", *week, used(360))) == [
        (304, "GUARD_INACTIVITY", True),
        (360, "GUARD_INACTIVITY", False),
    ]
    assert of("ben", punch(0), until=600) == []


def test_who_is_lively_in_the_first_hours_and_then_silent_is_told_of_within_the_shift() -> None:
    found = of("ben", punch(0), *(used(10 * n) for n in range(1, 25)), until=480)
    [(minute, code, _)] = told(found)
    assert code == "GUARD_INACTIVITY"
    assert 240 + 120 <= minute <= 240 + 180


def test_a_shift_that_is_planned_to_end_ends_the_watch_over_it() -> None:
    lively = [planned(0), punch(0, shift="S0"), *(used(15 * n) for n in range(1, 27))]
    assert of("ben", *lively, until=900) == []


def test_checks_that_look_like_nobody_stood_there_until_they_look_well() -> None:
    poor = [
        punch(1440 * day + 17 * day**2 % 60, method="biometric", confidence=0.5)
        for day in range(10)
    ]
    well = [
        punch(1440 * day + 17 * day**2 % 60, method="biometric", confidence=0.95)
        for day in range(10, 30)
    ]
    found = [one for one in of("ben", *poor, *well) if one.code == "BIOMETRIC_PATTERN_ANOMALY"]
    assert [one.is_firing for one in found] == [True, False]
    [_, over] = [
        one for one in of("ben", *poor, until=60 * 1440) if one.code == "BIOMETRIC_PATTERN_ANOMALY"
    ]
    assert (over.at - START) // DAY == 30, "fewer than ten of the last 30 days"


def test_a_run_of_late_mornings_until_they_are_over() -> None:
    late = [0.0, 3, -5, 2, 7, 1] * 5 + [40.0, 50, 0, 45, 55, 60] + [0.0, 2] * 8
    events: list[Event] = []
    for day, minutes in enumerate(late):
        events += [
            planned(day),
            punch(1440 * day + minutes, shift=f"S{day}"),
            punch(1440 * day + 480, "check_out", shift=f"S{day}"),
        ]
    found = [one for one in of("ben", *events) if one.code == "ATTENDANCE_ANOMALY"]
    assert [one.is_firing for one in found] == [True, False]


def test_days_on_which_somebody_does_not_come_count_as_well() -> None:
    events: list[Event] = []
    for day in range(34):
        came = [punch(1440 * day), punch(1440 * day + 480, "check_out")] if day < 28 else []
        events += [planned(day), *came]
    found = [one for one in of("ben", *events, until=35 * 1440) if one.is_firing]
    assert [one.code for one in found] == ["ATTENDANCE_ANOMALY"]


def test_a_person_of_whom_nothing_is_heard_for_a_season_is_forgotten() -> None:
    events = timed([punch(0), punch(480, "check_out")])
    engine = Engine(RULES)
    assert (
        engine.advance(PersonFacts(code="ben"), events, START + 91 * DAY, DIRECTORY).facts is None
    )


HAPPENINGS = st.lists(
    st.one_of(
        st.builds(
            punch,
            st.integers(0, 3000),
            st.sampled_from(["check_in", "check_out"]),
            site=st.sampled_from(["alpha", "beta", "far"]),
            confidence=st.sampled_from([None, 0.4, 0.9]),
        ),
        st.builds(
            fix,
            st.integers(0, 3000),
            st.sampled_from([ALPHA, BETA, FAR]),
            accuracy=st.sampled_from([5.0, 500.0]),
        ),
        st.builds(used, st.integers(0, 3000)),
        st.builds(planned, st.integers(0, 2)),
    ),
    max_size=14,
)


@settings(max_examples=60)
@given(HAPPENINGS, st.lists(st.integers(0, 14), max_size=3))
def test_what_is_told_does_not_depend_on_how_the_stream_was_cut(
    events: list[Event], cuts: list[int]
) -> None:
    heard, engine, until = timed(events), Engine(RULES), START + 5000 * 60
    whole = engine.advance(PersonFacts(code="ben"), heard, until, DIRECTORY)
    facts, parts, due, clock = PersonFacts(code="ben"), [], None, 0.0
    for begin, end in pairwise([0, *sorted(min(cut, len(heard)) for cut in cuts), len(heard)]):
        clock = max([clock, *(one.at for one in heard[begin:end])])
        last = until if end == len(heard) else clock
        part = engine.advance(facts, heard[begin:end], last, DIRECTORY, due)
        parts, due = parts + part.transitions, part.due_at
        facts = unpack(PersonFacts, pack(part.facts or PersonFacts(code="ben")))
    assert parts == whole.transitions
