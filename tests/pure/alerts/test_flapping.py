from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.alerts.flapping import is_flapping, note_change, settles_at
from watchfloor.aiops.alerts.policy import AlertPolicy

POLICY = AlertPolicy()
MINUTE = 60


def after(*minutes):
    changes, flaps = [], False
    for minute in minutes:
        note_change(changes, minute * MINUTE, POLICY)
        flaps = is_flapping(flaps, changes, minute * MINUTE, POLICY)
    return flaps, changes


def test_five_changes_within_the_hour_flap_and_four_do_not():
    assert not after(0, 10, 20, 30)[0]
    assert after(0, 10, 20, 30, 60)[0]
    assert not after(0, 10, 20, 30, 61)[0]


def test_once_flapping_it_takes_a_calm_hour_to_stop():
    flaps, changes = after(0, 10, 20, 30, 40)

    assert is_flapping(flaps, changes, 80 * MINUTE, POLICY)
    assert not is_flapping(flaps, changes, 81 * MINUTE, POLICY)
    assert not is_flapping(False, changes, 80 * MINUTE, POLICY)


def settled(*minutes):
    """How many minutes after the last of these changes, an end, that is believed."""
    changes = [minute * MINUTE for minute in minutes]
    return (settles_at(changes, changes[-1], POLICY) - changes[-1]) / MINUTE


def test_the_end_of_what_came_back_once_is_believed_at_once():
    assert settled(0) == settled(0, 10, 15) == 0


def test_what_kept_coming_back_has_to_be_quiet_for_longer_than_it_was():
    assert settled(0, 10, 15, 19, 25) == 21


def test_nobody_waits_for_more_than_an_hour():
    assert settled(0, 25, 30, 50, 55) == 60


def test_what_came_back_long_ago_or_after_long_is_another_matter():
    assert settled(0, 61, 70, 80, 90) == 0
    assert settled(0, 10, 20, 30, 91) == 0
    assert settles_at([0, 60, 120, 180, 240], 61 * 240, POLICY) == 61 * 240


@given(st.permutations([0, 7, 9, 20, 44, 50]))
def test_late_changes_are_put_in_their_place(minutes):
    assert after(*minutes)[1][-4:] == [540, 1200, 2640, 3000]
