"""What a learned adviser brings, and that nobody is told it was good where it was not."""

from __future__ import annotations

from functools import lru_cache

from watchfloor.bench.grouping import advised
from watchfloor.bench.grouping.advised import Found
from watchfloor.bench.grouping.leaks import leaks
from watchfloor.bench.grouping.storms import storms


@lru_cache(maxsize=1)
def taught() -> Found:
    [found] = advised.measure([leaks(1, days=8)])
    return found


def test_the_same_seed_makes_the_same_leaks_and_another_makes_others() -> None:
    assert leaks(3, days=2) == leaks(3, days=2)
    assert leaks(3, days=2).told[0].report != leaks(4, days=2).told[0].report


def test_what_the_rules_cannot_know_is_learnt_from_who_works_it() -> None:
    found = taught()

    assert found.trained is not None
    assert found.trained.gate.passes
    assert found.trained.gate.adviser.f1 > found.trained.gate.rules.f1 + 0.3


def test_a_row_says_what_was_decided_and_why() -> None:
    [untaught] = advised.measure([storms("burst", count=2)])
    rows = {row.what: row for row in advised.rows([taught(), untaught], 900.0)}

    assert rows["leaks 1: what the gate decided"].measured == "it advises"
    assert "the rules decide alone" in rows["storms, burst: what the gate decided"].measured
    assert rows["storms, burst: F1 on later data by the rules alone, and advised"].ok is None
    assert rows["all-new alerts, advised: reports a second of processor"].ok is False


def test_an_advised_core_takes_all_new_alerts_in() -> None:
    found = taught()
    assert found.trained is not None

    assert advised.pace(found.trained.artifact, is_quick=True) > 100
