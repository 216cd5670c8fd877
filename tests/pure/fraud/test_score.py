"""One score of many suspicions, and how people usually work."""

from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.fraud.profile import Attended, profile
from watchfloor.aiops.fraud.score import DAY, EXPIRES, HALF_LIFE, Given, Record, calibrated, score

SUSPICIONS = st.lists(
    st.builds(
        Given,
        id=st.uuids().map(str),
        detector=st.sampled_from(("travel", "mock", "frozen")),
        at=st.floats(0, 20 * DAY),
        confidence=st.floats(0, 0.99),
    ),
    max_size=8,
)


def given_at(day: float, confidence: float, detector: str = "travel") -> Given:
    return Given(f"{detector}-{day}", detector, day * DAY, confidence)


def test_a_certain_sign_suffices_alone():
    found = score([given_at(0, 0.95)], 0.0)

    assert found.value == 0.95
    assert found.level == "CRITICAL"
    assert found.opens_case


def test_signs_of_several_detectors_join_and_those_of_one_do_not_pile_up():
    two = score([given_at(0, 0.5), given_at(0, 0.5, "mock")], 0.0)
    same = score([given_at(0, 0.5), given_at(0.5, 0.5)], DAY / 2)

    assert two.value == 0.75
    assert same.value == 0.5


def test_a_score_fades_and_expires():
    suspicions = [given_at(0, 0.8)]

    assert score(suspicions, HALF_LIFE).value == 0.4
    assert score(suspicions, EXPIRES).value == 0.0
    assert score([], 0.0).level == "MINIMAL"


def test_reviews_move_what_a_detector_is_worth():
    records = {"travel": Record(confirmed=1, cleared=39)}

    assert score([given_at(0, 0.8)], 0.0, records).value < 0.35
    assert calibrated(0.8, Record()) == 0.8
    assert calibrated(0.5, Record(confirmed=40)) > 0.8


@settings(max_examples=40)
@given(SUSPICIONS, st.permutations(range(8)))
def test_a_score_explains_all_of_itself_in_whatever_order_its_signs_come(suspicions, order):
    shuffled = [suspicions[place] for place in order if place < len(suspicions)]
    found = score(suspicions, 20 * DAY)
    shares = [one.share for one in found.contributions]

    assert score(shuffled, 20 * DAY) == found
    assert 0.0 <= found.value < 1.0
    assert shares == sorted(shares, reverse=True)
    assert not found.value or abs(sum(shares) - 1.0) < 1e-6
    assert found.value >= max((one.confidence for one in found.contributions), default=0.0) - 1e-12


def attended(day: int, hour: int = 6, site: str = "S1") -> Attended:
    return Attended(day * DAY, hour, day % 5, site, late_s=0.0, confidence=0.9)


def test_a_profile_tells_how_a_person_usually_works():
    usual = profile([attended(day) for day in range(40)])

    assert usual.is_enough
    assert usual.hours == (6,)
    assert usual.weekdays == (0, 1, 2, 3, 4)
    assert usual.sites == ("S1",)
    assert usual.punctual == usual.consistency == 1.0
    assert usual.night == 0.0
    assert usual.accuracy_m is None


def test_of_few_attendances_nothing_is_said():
    few = profile([attended(day) for day in range(29)])

    assert not few.is_enough
    assert profile([]).attendances == 0
