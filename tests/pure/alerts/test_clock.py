from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.aiops.alerts.report import Report

NOON = 1_767_614_400.0
MINUTE, HOUR, DAY = 60, 3600, 86_400


def started(at=NOON):
    clock = StreamClock()
    clock.read(at, at + 1)
    return clock


def test_an_ordinary_report_keeps_its_own_time():
    clock = StreamClock()

    assert clock.read(NOON, NOON + 2) == (NOON, False)
    assert clock.time == NOON
    assert not clock.is_replaying


def test_a_late_report_keeps_its_own_time_and_does_not_turn_the_clock_back():
    clock = started()

    assert clock.read(NOON - 5 * HOUR, NOON + 5) == (NOON - 5 * HOUR, False)
    assert clock.time == NOON


def test_over_five_minutes_ahead_of_arrival_is_not_believed():
    clock = started()

    assert clock.read(NOON + 6 * MINUTE, NOON + 6 * MINUTE - 299) == (NOON + 6 * MINUTE, False)
    assert clock.read(NOON + 3 * HOUR, NOON + 10 * MINUTE) == (NOON + 10 * MINUTE, True)


def test_over_six_hours_behind_the_stream_is_not_believed():
    clock = started()

    assert clock.read(NOON - 6 * HOUR, NOON + 9) == (NOON - 6 * HOUR, False)
    assert clock.read(NOON - 6 * HOUR - 1, NOON + 9) == (NOON + 9, True)
    assert clock.read(NOON - 9 * HOUR, NOON + 9, behind=9 * HOUR + 9) == (NOON - 9 * HOUR, False)


def test_a_first_report_from_the_future_takes_its_arrival():
    clock = StreamClock()

    assert clock.read(NOON + DAY, NOON) == (NOON, True)
    assert clock.time == NOON


def test_a_first_report_of_a_device_without_a_clock_takes_its_arrival():
    clock = StreamClock()

    assert clock.read(0, NOON) == (NOON, True)
    assert (clock.time, clock.is_replaying) == (NOON, False)


def test_without_a_claim_a_live_report_happened_when_it_arrived():
    assert StreamClock().read(None, NOON) == (NOON, False)
    assert started().read(None, NOON + 7) == (NOON + 7, False)


def test_history_replayed_goes_by_its_own_clock():
    clock = StreamClock()
    today = NOON + 90 * DAY

    assert clock.read(NOON, today) == (NOON, False)
    assert clock.is_replaying
    assert clock.now(today) == NOON
    assert clock.drive(today + HOUR) == NOON
    assert clock.read(NOON + 3 * DAY, today + 1) == (NOON + 3 * DAY, False)
    assert clock.read(None, today + 1) == (NOON + 3 * DAY, True)
    assert clock.read(NOON, today + 1) == (NOON + 3 * DAY, True)


def test_a_replay_that_reaches_the_present_goes_live():
    clock = StreamClock()
    clock.read(NOON - 3 * DAY, NOON)

    clock.read(NOON - HOUR, NOON + 1)

    assert not clock.is_replaying
    assert clock.now(NOON + 2) == NOON + 2


def test_a_backlog_after_an_outage_of_the_floor_keeps_its_times():
    clock = started(NOON)
    back = NOON + 3 * DAY

    assert clock.read(NOON + DAY, back) == (NOON + DAY, False)
    assert clock.is_replaying
    assert clock.read(back - 1, back) == (back - 1, False)
    assert not clock.is_replaying


def test_the_wall_drives_a_live_stream_so_that_an_old_report_cannot_stop_its_timers():
    clock = started(NOON)
    clock.drive(NOON + 2 * DAY)

    assert clock.read(NOON + DAY, NOON + 2 * DAY) == (NOON + 2 * DAY, True)
    assert clock.now(NOON + 2 * DAY + 5) == NOON + 2 * DAY + 5


def test_nothing_drives_the_clock_before_its_first_report():
    clock = StreamClock()

    assert clock.drive(NOON) == NOON
    assert clock.time is None


MOVES = st.tuples(st.none() | st.floats(-2 * DAY, 2 * DAY), st.floats(0, HOUR), st.booleans())


@given(st.lists(MOVES, max_size=30))
def test_the_clock_never_runs_backwards_nor_past_arrival_by_more_than_the_tolerance(moves):
    clock, wall, before = StreamClock(), NOON, float("-inf")
    for offset, passed, drives in moves:
        wall += passed
        at, _ = clock.read(None if offset is None else wall + offset, wall)
        if drives:
            clock.drive(wall)

        assert clock.time is not None
        assert clock.time >= before
        assert at <= clock.time <= wall + 5 * MINUTE
        before = clock.time


def test_a_report_that_overtakes_the_others_is_read_and_moves_no_clock():
    clock = started()
    later = NOON + 3600
    panic = Report("e1", 1, later, "PANIC", timestamp=later)

    assert clock.hear(panic, drives=False) == (later, later, False)
    assert clock.time == NOON
