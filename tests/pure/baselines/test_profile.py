"""Profiles learnt from counts of a known law: what they expect, and how often they cry wolf."""

from __future__ import annotations

import numpy as np
import pytest

from tests.pure.baselines.weeks import MONDAY, slots_for, usual, weeks
from watchfloor.aiops.baselines.fitting import fit
from watchfloor.aiops.baselines.history import UNKNOWN, Counts, trailing
from watchfloor.aiops.baselines.judging import Sensitivity, Side, expected_range, surprise
from watchfloor.aiops.baselines.law import CountLaw
from watchfloor.aiops.baselines.learning import LEAST, Learnt, departures
from watchfloor.aiops.baselines.tuning import alarms

WEEK = 168


def judged_last_week(counts: Counts, sensitivity: Sensitivity) -> int:
    """Return how many alarms the last week brings by what the weeks before taught."""
    slots, before = slots_for(counts), len(counts) - WEEK
    learnt = Learnt.of(counts[:before], slots[:before])
    assert learnt
    judged = departures(learnt, counts, slots, first=MONDAY, since=MONDAY + before)
    return len(list(alarms(judged, sensitivity.budget)))


@pytest.mark.parametrize(("scale", "spread"), [(0.3, 0.0), (3.0, 0.3), (40.0, 0.0), (40.0, 0.1)])
def test_false_alarms_stay_within_what_the_sensitivity_may_cost(
    scale: float, spread: float
) -> None:
    sites = 8
    made = [weeks(6, scale, spread, seed) for seed in range(sites)]

    found = sum(judged_last_week(counts, Sensitivity.HIGH) for counts in made) / sites

    assert found <= 1.5 * Sensitivity.HIGH.budget


def test_it_expects_what_the_law_has() -> None:
    profile = fit(counts := weeks(20, 20.0, 0.1), slots_for(counts))

    wrong = np.abs(profile.means[:WEEK] - usual(20.0)) / usual(20.0)
    assert np.median(wrong) < 0.1
    assert np.median(profile.spreads[:WEEK]) == pytest.approx(0.1, abs=0.05)


def test_a_slot_seen_seldom_is_taken_to_be_as_its_neighbours_and_not_called_stable() -> None:
    counts = weeks(2, 20.0)
    counts[:WEEK] = UNKNOWN
    profile = fit(counts, slots_for(counts))

    assert profile.means[8] == pytest.approx(usual(20.0)[8], rel=0.3)
    assert not profile.is_stable(8)
    long = weeks(30, 20.0)
    assert fit(long, slots_for(long)).is_stable(8)


def test_silent_nights_raise_nothing_and_a_busy_one_does() -> None:
    counts = weeks(12, 10.0)
    counts[np.arange(len(counts)) % 24 < 5] = 0
    profile = fit(counts, slots_for(counts))
    night = profile.law(2)

    assert surprise(0, night).a_week > Sensitivity.HIGH.budget
    assert surprise(5, night).side is Side.ABOVE
    assert surprise(5, night).a_week < Sensitivity.LOW.budget


def test_one_broken_night_does_not_hide_the_next() -> None:
    counts = weeks(8, 10.0)
    clean = fit(counts, slots_for(counts)).law(2 * 24 + 8)
    counts[3 * WEEK + 2 * 24 + 8] = 900
    spoilt = fit(counts, slots_for(counts)).law(2 * 24 + 8)

    assert expected_range(spoilt, 0.2).high <= 1.6 * expected_range(clean, 0.2).high


def test_recent_weeks_weigh_more_and_move_the_level() -> None:
    counts = np.concatenate([weeks(12, 20.0, seed=1), weeks(2, 30.0, seed=2)])
    profile = fit(counts, slots_for(counts))

    assert profile.level > 1.15
    assert profile.means[8] == pytest.approx(usual(30.0)[8], rel=0.15)


def test_a_day_without_any_is_told_where_single_hours_say_nothing() -> None:
    counts = weeks(9, 2.0)
    counts[8 * WEEK : 8 * WEEK + 24] = 0
    slots, before = slots_for(counts), 8 * WEEK
    learnt = Learnt.of(counts[:before], slots[:before])
    assert learnt

    found = list(departures(learnt, counts, slots, first=MONDAY, since=MONDAY + before))
    [first, *_] = alarms(found, Sensitivity.MEDIUM.budget)

    assert (first.side, first.span) == (Side.BELOW, 24)
    assert first.hour < MONDAY + before + 24


def test_nothing_is_judged_by_less_than_two_weeks() -> None:
    counts = weeks(2, 5.0)
    counts[0] = UNKNOWN

    assert int((counts != UNKNOWN).sum()) == LEAST - 1
    assert Learnt.of(counts, slots_for(counts)) is None


def test_counts_outside_the_expected_range_are_those_that_are_told() -> None:
    for law in (CountLaw(0.2), CountLaw(6.0, 0.4), CountLaw(9.0, -0.1), CountLaw(200.0, 0.02)):
        fine = expected_range(law, budget := 0.2)
        for count in range(max(0, fine.low - 3), fine.high + 4):
            told = surprise(count, law).a_week < budget
            assert told == (not fine.low <= count <= fine.high), (law, count)


def test_what_is_unknown_is_no_zero() -> None:
    counts = weeks(6, 20.0)
    holes = counts.copy()
    holes[:WEEK] = UNKNOWN

    whole, known = fit(counts, slots_for(counts)), fit(holes, slots_for(counts))
    assert known.means[8] == pytest.approx(whole.means[8], rel=0.15)
    assert trailing(holes, 4)[WEEK] == UNKNOWN
