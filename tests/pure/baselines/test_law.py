"""The law of counts beside the field's own library, and its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from watchfloor.aiops.baselines.law import CountLaw

MEANS = st.floats(0.01, 300)
SPREADS = st.floats(-1.0, 10)
SHARES = st.floats(0.0005, 0.9995)


@settings(max_examples=40)
@given(MEANS, st.floats(0.01, 5), st.integers(0, 600))
def test_tails_are_those_of_a_negative_binomial(mean: float, spread: float, count: int) -> None:
    law, known = CountLaw(mean, spread), stats.nbinom(1 / spread, 1 / (1 + spread * mean))

    assert law.at_most(count) == pytest.approx(known.cdf(count), rel=1e-6, abs=1e-12)
    assert law.at_least(count) == pytest.approx(known.sf(count - 1), rel=1e-6, abs=1e-12)


@settings(max_examples=40)
@given(MEANS, st.integers(0, 600))
def test_without_spread_it_is_poisson(mean: float, count: int) -> None:
    law, known = CountLaw(mean), stats.poisson(mean)

    assert law.at_most(count) == pytest.approx(known.cdf(count), rel=1e-6, abs=1e-12)
    assert law.at_least(count) == pytest.approx(known.sf(count - 1), rel=1e-6, abs=1e-12)


@settings(max_examples=40)
@given(st.integers(2, 200), st.floats(0.02, 0.7), st.integers(0, 200))
def test_counts_that_scatter_less_than_chance_are_binomial(
    trials: int, share: float, count: int
) -> None:
    law, known = CountLaw(trials * share, -1 / trials), stats.binom(trials, share)

    assert law.variance == pytest.approx(known.var())
    assert law.at_most(count) == pytest.approx(known.cdf(count), rel=1e-6, abs=1e-9)


@settings(max_examples=40)
@given(MEANS, SPREADS, SHARES)
def test_a_quantile_is_the_smallest_count_that_reaches_its_share(
    mean: float, spread: float, share: float
) -> None:
    law = CountLaw(mean, spread)
    found = law.quantile(share)

    assert law.at_most(found) >= share
    assert law.at_most(found - 1) < share


@settings(max_examples=40)
@given(MEANS, SPREADS, st.integers(0, 300))
def test_the_tails_of_a_count_share_only_the_count_itself(
    mean: float, spread: float, count: int
) -> None:
    law = CountLaw(mean, spread)

    assert law.at_most(count) + law.at_least(count + 1) == pytest.approx(1.0, abs=1e-9)
    assert 0.0 <= law.at_most(count) <= law.at_most(count + 1) <= 1.0
