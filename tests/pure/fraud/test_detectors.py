"""What the detectors say of honest people, and of others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.fraud import inactivity, sharing, spoofing
from watchfloor.aiops.fraud.biometric import Check, pattern
from watchfloor.aiops.fraud.habits import Arrival, unusual
from watchfloor.aiops.fraud.suspicion import MOST, Sighting
from watchfloor.aiops.fraud.travel import impossible, in_two_places

HOME = (51.5, -0.12)
NEAR = (51.502, -0.12)
TOWN = (51.6, -0.12)
FAR = (53.5, -2.2)
HOUR = 3600.0
DAY = 86_400.0
POSITIONS = st.tuples(st.floats(-80, 80), st.floats(-179, 179))
SIGHTINGS = st.builds(Sighting, st.floats(0, 1e6), POSITIONS, st.floats(0, 500))


def seen(minute: float, position: tuple[float, float], within_m: float = 100.0) -> Sighting:
    return Sighting(60.0 * minute, position, within_m)


def test_a_way_that_there_was_time_for_is_no_sign():
    assert impossible(seen(0, HOME), seen(106, FAR)) is None


def test_a_way_that_takes_longer_than_there_was_is_a_sign():
    suspicion = impossible(seen(0, HOME), seen(30, FAR))

    assert suspicion is not None
    assert suspicion.confidence > 0.85
    assert "263.0 km" in suspicion.says


def test_two_gates_of_one_compound_are_one_place():
    assert impossible(seen(0, HOME), seen(0, NEAR)) is None


def test_poor_positions_are_given_the_benefit_of_their_error():
    assert impossible(seen(0, HOME, 6000), seen(1, TOWN, 6000)) is None
    assert impossible(seen(0, HOME), seen(1, TOWN)) is not None


@given(SIGHTINGS, SIGHTINGS)
def test_which_of_two_places_comes_first_does_not_matter(one, other):
    assert impossible(one, other) == impossible(other, one)


@given(POSITIONS, POSITIONS, st.floats(0, 600), st.floats(0, 600))
def test_less_time_for_the_same_way_is_no_less_sure(one, other, short, long):
    short, long = sorted((short, long))
    sure, less = (impossible(seen(0, one), seen(minutes, other)) for minutes in (short, long))

    assert less is None or (sure is not None and less.confidence <= sure.confidence <= MOST)


def test_one_identity_in_two_places_of_a_town_within_minutes():
    assert in_two_places(seen(0, HOME), seen(4, TOWN)) is not None
    assert impossible(seen(0, HOME), seen(6, TOWN)) is None
    assert in_two_places(seen(0, HOME), seen(6, TOWN)) is None


GATE = {f"P{n}": 9.0 for n in range(12)}
OWN = {"P1": 40.0, "P2": 1.0}


def test_a_terminal_at_a_gate_is_nobodys_own():
    assert sharing.owner(GATE) == ""
    assert sharing.for_another("P2", "", 20.0, uses=GATE) is None


def test_a_phone_that_checks_a_second_person_in_within_minutes():
    suspicion = sharing.for_another("P2", sharing.owner(OWN), 60.0, uses=OWN)

    assert suspicion is not None
    assert suspicion.confidence > 0.9


def test_a_phone_handed_on_and_a_phone_lent_for_a_live_face_are_none_or_little():
    lent = sharing.for_another("P2", "P1", 60.0, uses=OWN, face=0.95, liveness=0.9)

    assert sharing.for_another("P2", "P1", 9 * HOUR, uses=OWN) is None
    assert lent is not None
    assert lent.confidence < 0.3


def test_one_face_for_two_persons():
    assert sharing.same_face("P1", "P1", 0.9) is None
    assert sharing.same_face("P2", "", 0.9) is None
    assert sharing.same_face("P2", "P1", 0.92) is not None


def test_positions_that_a_phone_was_told_to_say():
    assert spoofing.mocked(is_mock=False) is None
    assert spoofing.mocked(is_mock=True) is not None
    assert spoofing.teleport(seen(0, HOME), seen(5, TOWN)) is None
    assert spoofing.teleport(seen(0, HOME), seen(1, FAR)) is not None
    assert spoofing.disagreeing(HOME, NEAR, 100.0) is None
    assert spoofing.disagreeing(HOME, FAR, 100.0) is not None
    assert spoofing.frozen(4, 4 * HOUR) is None
    assert spoofing.frozen(20, 600.0) is None
    assert spoofing.frozen(20, 2 * HOUR) is not None


def checks(many: int, *, confidence=0.9, liveness=0.9, drift=17.0) -> list[Check]:
    return [Check(n * DAY + n * n * drift * 60, confidence, liveness) for n in range(many)]


@pytest.mark.parametrize(
    ("told", "detectors"),
    [
        (checks(30), []),
        (checks(9, confidence=0.1, liveness=0.1, drift=0.0), []),
        (checks(30, confidence=0.55), ["poor_match"]),
        (checks(30, liveness=0.3), ["lifeless"]),
        (checks(30, drift=0.0), ["clockwork"]),
        (checks(30, confidence=None, liveness=None), []),
    ],
)
def test_biometric_checks_without_anybody_there(told, detectors):
    assert [suspicion.detector for suspicion in pattern(told)] == detectors


def test_a_lively_guard_is_missed_sooner_than_a_quiet_one():
    lively = inactivity.rate(300, 40 * HOUR)
    quiet = inactivity.rate(30, 40 * HOUR)

    assert inactivity.needed_s(lively, 14) < inactivity.WINDOW < inactivity.needed_s(quiet, 14)
    assert inactivity.needed_s(quiet, 3) < inactivity.needed_s(quiet, 14)
    assert inactivity.confidence(quiet, inactivity.needed_s(quiet, 3), 3) == pytest.approx(0.8)


def arrivals(*late_minutes: float) -> list[Arrival]:
    return [Arrival(day * DAY, 6, 60.0 * late) for day, late in enumerate(late_minutes)]


PUNCTUAL = (-4, 2, 0, 3, -6, 1, 5, -2, 20, 0) * 3


def test_a_late_morning_now_and_then_is_usual():
    assert unusual(arrivals(*PUNCTUAL)) is None
    assert unusual(arrivals(*PUNCTUAL, 40, 0, 1, -3, 35, 0, 2, -5, 1, 0)) is None


def test_a_run_of_late_mornings_is_not_and_a_clean_window_ends_it():
    late = (40, 0, 35, 50, -3, 45, 0, 60, 1, 55)

    assert unusual(arrivals(*PUNCTUAL, *late)) is not None
    assert unusual(arrivals(*PUNCTUAL, *late, *PUNCTUAL[:10])) is None


def test_who_is_always_late_is_late_as_usual():
    assert unusual(arrivals(*(25 + late for late in PUNCTUAL * 2))) is None
