from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.alerts.flapping import is_flapping, note_change
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


@given(st.permutations([0, 7, 9, 20, 44, 50]))
def test_late_changes_are_put_in_their_place(minutes):
    assert after(*minutes)[1][-4:] == [540, 1200, 2640, 3000]
