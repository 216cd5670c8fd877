"""Planted fraud is found among honest guarding, and honest people are left alone."""

from __future__ import annotations

from watchfloor.bench.sensing import fraud


def test_each_kind_of_planted_case_is_found_by_the_alert_that_tells_of_it() -> None:
    told = fraud.watch(seed=4, sites=3, each=1)
    missed = [case.kind for case, hit in zip(told.cases, told.found(), strict=True) if not hit]
    judged = told.judged()
    assert set(missed) <= {"asleep"}, "of who is hardly heard of, nobody can tell"
    assert sum(judged) >= fraud.LEAST[1] * len(judged)
