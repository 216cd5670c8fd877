"""The clock of a service level, and the one vocabulary of priority."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.calendars import clock, sla
from watchfloor.aiops.calendars.business import ALWAYS, Calendar
from watchfloor.aiops.calendars.priority import SPELLINGS, Priority, priority_of
from watchfloor.aiops.calendars.sla import HOUR, Level, Policy, ServiceLevels

OFFICE = Calendar("Mon-Fri 09:00-18:00", "Europe/London")
STATES = ["NEW", "ASSIGNED", "WAITING_VENDOR", "ON_HOLD", "RESOLVED"]
COURSES = st.lists(
    st.tuples(st.integers(0, 5_000), st.sampled_from(STATES)), min_size=1, max_size=8, unique=True
)


def course(*told):
    steps = []
    for hour, state in told:
        steps = clock.stepped(steps, hour * HOUR, state)
    return steps


@pytest.mark.parametrize(
    ("told", "passed"),
    [
        ([(0, "NEW")], 4),
        ([(0, "NEW"), (1, "ON_HOLD"), (3, "IN_PROGRESS")], 6),
        ([(0, "NEW"), (1, "ON_HOLD")], None),
        ([(0, "NEW"), (1, "WAITING_VENDOR")], 4),
        ([(0, "NEW"), (3, "RESOLVED"), (9, "OPEN")], 10),
        ([(0, "NEW"), (3, "RESOLVED")], None),
        ([(0, "NEW"), (5, "RESOLVED")], 4),
        ([(0, "NEW"), (4, "RESOLVED")], None),
    ],
)
def test_four_hours_are_used_up(told, passed):
    """What is done at the very moment at which it is due is done in time."""
    assert clock.passes(course(*told), 4 * HOUR, ALWAYS) == (
        None if passed is None else passed * HOUR
    )


@given(COURSES, st.randoms())
def test_the_clock_does_not_mind_in_which_order_steps_come(told, random):
    at_different_times = {at: (at, state) for at, state in told}.values()
    mixed = list(at_different_times)
    random.shuffle(mixed)
    assert course(*mixed) == course(*sorted(at_different_times))


@given(COURSES)
def test_what_came_twice_counts_once(told):
    assert course(*told, *told) == course(*told)


@given(COURSES, st.sampled_from([ALWAYS, OFFICE]), st.floats(1, 200 * HOUR))
def test_a_target_passes_when_so_much_of_it_is_used(told, calendar, target):
    steps = course(*told)
    passed = clock.passes(steps, target, calendar)
    if passed is None:
        assert clock.used(steps, 6_000 * HOUR, calendar) <= target + 1e-3
    else:
        assert clock.used(steps, passed, calendar) == pytest.approx(target, abs=1e-3)


def test_the_answer_is_the_first_step_that_is_not_new():
    steps = course((0, "NEW"), (2, "ASSIGNED"), (3, "ON_HOLD"))
    assert clock.answered_at(steps) == 2 * HOUR
    assert clock.passes(clock.until_answer(steps), 1 * HOUR, ALWAYS) == 1 * HOUR
    assert clock.passes(clock.until_answer(steps), 3 * HOUR, ALWAYS) is None
    assert clock.passes(clock.until_answer(steps[:1]), 3 * HOUR, ALWAYS) == 3 * HOUR


def test_very_many_steps_are_forgotten_at_the_old_end():
    steps = course(*((hour, STATES[hour % 5]) for hour in range(600)))
    assert len(steps) == clock.MOST_STEPS
    assert steps[-1].at == 599 * HOUR
    assert list(clock.running(steps))[-1][1] < math.inf


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (1, "P1"),
        (2, "P2"),
        (3, "P3"),
        (4, "P4"),
        (5, "P4"),
        ("p2", "P2"),
        ("4", "P4"),
        ("CRITICAL", "P1"),
        ("High", "P2"),
        ("medium", "P3"),
        ("LOW", "P4"),
        (" P1 ", "P1"),
    ],
)
def test_every_way_to_say_a_priority_means_one_of_four(said, meant):
    assert priority_of(said) is Priority(meant)


def test_what_is_no_priority_is_none():
    assert [priority_of(said) for said in (None, "", 0, "soon", "P7", 99)] == [None] * 6
    assert set(SPELLINGS.values()) == set(Priority)


def test_the_promise_to_the_client_goes_before_that_to_all():
    mine, ours = Policy(60, 600), Policy(120, 1_200, in_hours=True)
    levels = ServiceLevels(
        {("acme", Priority.P1): mine, ("", Priority.P1): ours},
        {("", Priority.P1): (Level(2, 500, group="managers"),)},
        {"gate": OFFICE},
    )
    assert levels.policy("acme", Priority.P1) is mine
    assert levels.policy("other", Priority.P1) is ours
    assert levels.policy("other", Priority.P4) is sla.DEFAULTS[Priority.P4]
    assert levels.calendar("gate", ours) is OFFICE
    assert levels.calendar("gate", mine) is ALWAYS
    assert levels.calendar("elsewhere", ours) is ALWAYS
    assert [(rung.level, rung.after) for rung in levels.ladder("acme", Priority.P1, 600)] == [
        (1, 450),
        (2, 500),
    ]
