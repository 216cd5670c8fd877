"""How people's words on alarms move the budget, and what it would have changed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pure.baselines.weeks import MONDAY, slots_for, weeks
from watchfloor.aiops.baselines.tuning import FEWEST, MOST, Told, alarms, replay, tuned

TOLD = st.lists(st.builds(Told, st.floats(0, 4), st.booleans()), max_size=12)
BUDGETS = st.floats(FEWEST, MOST)


@settings(max_examples=40)
@given(BUDGETS, TOLD)
def test_the_budget_stays_within_its_bounds_and_gives_up_nothing_true(
    budget: float, told: list[Told]
) -> None:
    after = tuned(budget, told)

    assert FEWEST <= after.budget <= MOST
    assert budget / 4 <= after.budget <= 2 * budget
    kept = [one for one in told if not one.was_false and one.a_week < budget]
    assert all(one.a_week < after.budget for one in kept)
    if after.budget < budget and after.after is not None and after.before is not None:
        assert after.after <= after.before


def test_false_alarms_lower_it_and_true_ones_raise_it() -> None:
    assert tuned(0.2, [Told(0.15, was_false=True)] * 4).budget < 0.2
    assert tuned(0.2, [Told(0.15, was_false=False)] * 4).budget == 0.4
    assert tuned(0.2, [Told(0.15, was_false=True)] * 2).budget == 0.2


def test_a_larger_budget_would_have_told_of_more_and_of_all_that_a_smaller_one_did() -> None:
    counts = weeks(10, 10.0)
    counts[-30:-20] = 0
    judged = replay(counts, slots_for(counts), first=MONDAY)

    few, many = list(alarms(judged, 0.05)), list(alarms(judged, 4.0))
    assert few
    assert len(judged) == 30 * 24
    assert {one.hour for one in judged if one.is_told(0.05)} <= {
        one.hour for one in judged if one.is_told(4.0)
    }
    assert len(many) >= len(few)
