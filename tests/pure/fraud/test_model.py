"""A model ships only if it beats the rules on cases later than all that it has seen."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from watchfloor.aiops.fraud.model import (
    DETECTORS,
    ENOUGH,
    SCHEMA,
    FraudModel,
    Reviewed,
    TooFewCases,
    features,
    train,
)
from watchfloor.aiops.fraud.profile import Profile
from watchfloor.aiops.fraud.score import Given, Record, score
from watchfloor.aiops.ml.artifact import unpack

DAY = 86_400.0


def reviewed(many: int, was_so: Callable[[Random, tuple[float, ...]], bool]) -> list[Reviewed]:
    """Return made cases: what detectors said, who it was, and what reviews came to."""
    rng, cases = Random(7), []  # noqa: S311
    for number in range(many):
        given = [
            Given(str(n), detector, 0.0, rng.uniform(0.5, 0.95))
            for n, detector in enumerate(rng.sample(DETECTORS, rng.randint(1, 3)))
        ]
        before = Record(rng.choice((0, 0, 1, 3)), rng.choice((0, 0, 1, 3)))
        usual = Profile(attendances=rng.randint(5, 80), punctual=rng.random(), night=rng.random())
        row = features(score(given, 0.0), len(given), before, usual)
        cases.append(Reviewed(number * DAY, row, was_so(rng, row)))
    return cases


def as_before(rng: Random, row: tuple[float, ...]) -> bool:
    """What the rules do not know: whether cases of the person were confirmed or cleared before."""
    kinds = ("cases confirmed before", "cases cleared before")
    confirmed, cleared = (row[SCHEMA.names.index(kind)] for kind in kinds)
    return rng.random() < 0.5 + 0.15 * (confirmed - cleared)


def as_the_rules_say(rng: Random, row: tuple[float, ...]) -> bool:
    return rng.random() < row[SCHEMA.names.index("score")]


def test_what_rules_do_not_see_is_learnt_and_told() -> None:
    cases = reviewed(ENOUGH, as_before)
    artifact = train(cases)
    gate = artifact.card.gate
    assert gate["passes"]
    assert gate["model"] < gate["rules"]
    assert gate["judged"] == ENOUGH - int(0.7 * ENOUGH)

    model = FraudModel(unpack(artifact.pack(), SCHEMA))
    worst = max(cases, key=lambda case: model.probability(case.row))
    assert model.probability(worst.row) > 0.7
    assert any("cases" in reason for reason in model.reasons(worst.row))


def test_where_the_rules_say_it_all_the_model_stays_out() -> None:
    assert not train(reviewed(ENOUGH, as_the_rules_say)).card.gate["passes"]


def test_from_few_cases_or_of_one_kind_nothing_is_learnt() -> None:
    with pytest.raises(TooFewCases, match="499 reviewed cases"):
        train(reviewed(ENOUGH - 1, as_before))
    with pytest.raises(TooFewCases, match="50 of each kind"):
        train(reviewed(ENOUGH, lambda rng, row: True))
