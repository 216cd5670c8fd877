"""What would have split it, checked against what the clusterer does once it is changed."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.pure.clustering.streams import cluster_all, logs, make_report
from watchfloor.aiops.clustering.explain import Turn, Where, turns
from watchfloor.aiops.clustering.features import Membership
from watchfloor.aiops.clustering.log import Entry


def turns_of(answer: Membership) -> tuple[Turn, ...]:
    return turns(
        answer.features,
        score=answer.score,
        threshold=answer.threshold,
        opened=answer.opened_cluster,
        runner_up_score=answer.runner_up_score,
    )


def second(minute: float, **said: object) -> Membership:
    """The answer to an alert of the same thing, so many minutes after the first."""
    told = [make_report(0), make_report(minute, alert_type="TAMPER", **said)]
    answer = cluster_all([*told])[1]
    assert answer is not None
    return answer


def test_a_longer_gap_would_have_split_it_and_does() -> None:
    joined = second(10)
    [gap, kin] = turns_of(joined)

    assert (gap.feature, gap.leads_to, kin.feature) == ("time_gap", Where.OWN, "same_thing")
    assert gap.factor is not None
    assert second(10 * gap.factor * 0.99).cluster == 1
    assert second(10 * gap.factor * 1.01).cluster == 2


def test_a_shorter_gap_would_have_joined_and_does() -> None:
    near = {"entity": "alpha-lamp", "domains": ()}
    apart = second(10, **near)
    assert apart.opened_cluster
    if apart.runner_up is None:
        pytest.skip("nothing was near enough to be named")
    [gap] = turns_of(apart)

    assert gap.factor is not None
    assert (gap.leads_to, gap.factor < 1.0) == (Where.RUNNER_UP, True)
    assert second(10 * gap.factor * 0.99, **near).cluster == 1
    assert second(10 * gap.factor * 1.01, **near).cluster == 2


def test_the_next_best_gets_what_falls_below_it() -> None:
    found = turns(
        [("same_thing", 1.0), ("time_gap", -0.01)],
        score=0.99,
        threshold=0.95,
        opened=False,
        runner_up_score=0.97,
    )

    assert found[0].factor == pytest.approx(3.0)
    assert {turn.leads_to for turn in found} == {Where.RUNNER_UP}


def test_chance_would_have_to_be_so_much_likelier() -> None:
    found = turns(
        [("fault_spreads", 1.0), ("chance", -0.01)],
        score=0.99,
        threshold=0.95,
        opened=False,
        runner_up_score=0.0,
    )

    assert found[0].feature == "chance"
    pace, chance = 99.0, 1.0
    assert found[0].factor is not None
    assert pace / (pace + chance * found[0].factor) == pytest.approx(0.95)


def test_without_its_adviser_it_would_have_stood_alone() -> None:
    advised = [("adviser", 0.4), ("text", 0.55), ("gap", -0.02)]

    found = turns(advised, score=0.93, threshold=0.9, opened=False, runner_up_score=0.92)

    assert found == (Turn("adviser", None, Where.OWN),)


@pytest.mark.parametrize("alone", ["life_safety", "nothing_near"])
def test_nothing_would_have_changed_what_stands_alone(alone: str) -> None:
    assert not turns([(alone, 1.0)], score=1.0, threshold=0.95, opened=True, runner_up_score=0.0)


@given(logs())
def test_every_decision_can_be_explained(entries: list[Entry]) -> None:
    for answer in cluster_all(entries):
        if answer is None or not answer.opened_bout:
            continue
        for turn in turns_of(answer):
            assert turn.factor is None or turn.factor > 0.0
            if turn.factor is not None and not answer.opened_cluster:
                assert turn.factor >= 1.0 - 1e-9
