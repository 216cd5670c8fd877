from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

import pytest

from tests.pure.training.streams import BEGIN, DAY, estate, gales
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.learned import LearnedModel, RuleModel
from watchfloor.aiops.clustering.link import Row, Weights
from watchfloor.aiops.clustering.pairs import RULES_SCORE, SCHEMA
from watchfloor.aiops.ml.artifact import unpack
from watchfloor.aiops.training.examples import LabelledPair, Labels, Teacher
from watchfloor.aiops.training.gate import judge
from watchfloor.aiops.training.train import TooFewLabels, Trained, ask, train
from watchfloor.aiops.training.weak import weak_pairs
from watchfloor.aiops.types import Signal


@lru_cache(maxsize=1)
def trained() -> Trained:
    views, labels = estate(chatty=0.1)
    return train(views, labels=labels)


def test_what_operators_said_of_the_first_weeks_serves_the_last() -> None:
    gate = trained().gate

    assert gate.passes
    assert gate.adviser.f1 > gate.rules.f1 + 0.1
    assert gate.adviser.noise_tickets <= gate.rules.noise_tickets
    assert gate.adviser.tickets < gate.rules.tickets
    assert gate.adviser.hidden == 0


def test_the_gates_figures_are_in_the_card() -> None:
    made = trained()
    card = unpack(made.artifact.pack(), SCHEMA).card

    assert card.gate["passes"] is True
    assert card.gate["adviser"]["f1"] == made.gate.adviser.f1
    assert card.trained["fitted"]["together"] > 25


def test_training_again_gives_the_same_bytes() -> None:
    views, labels = estate(chatty=0.1)

    assert train(views, labels=labels).artifact.pack() == trained().artifact.pack()


def test_the_future_is_not_learned_from() -> None:
    views, labels = estate(chatty=0.1)
    since = trained().gate.since
    told = {view.report_id: view.at for view in views}
    twisted = {name: "all one" if told[name] >= since else label for name, label in labels.items()}

    assert train(views, labels=twisted).artifact.trees == trained().artifact.trees


def test_a_model_of_a_quiet_estate_is_refused_where_it_does_harm() -> None:
    views, labels = estate(seed=2, chatty=1.5)

    gate = judge(
        views,
        LearnedModel(trained().artifact),
        since=BEGIN,
        config=ClusteringConfig(),
        labels=Labels(labels),
        known=[],
    )

    assert not gate.passes
    assert any("hidden" in reason for reason in gate.reasons)


class Certain:
    """Joins whatever it is asked of."""

    threshold = 0.5

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        return [1.0] * len(rows)

    def why(self, row: Row) -> Weights:
        return (("certain", 1.0),)


def test_what_people_saw_begin_is_not_hidden_by_where_its_last_sign_goes() -> None:
    views, labels = estate(days=6, chatty=0.1)
    since = BEGIN + 3 * DAY
    later = [view for view in views if view.at >= since]
    first_of = {labels[view.report_id]: view for view in reversed(later)}
    gates = []
    for hides in (False, True):
        known = dict(labels)
        if not hides:  # each incident had a sign before, which people saw
            early = [view for view in views if view.at < since]
            known |= dict(zip((view.report_id for view in early), first_of, strict=False))
        gates.append(
            judge(
                views,
                Certain(),
                since=since,
                config=ClusteringConfig(),
                labels=Labels(known),
                known=[],
            )
        )

    assert gates[1].adviser.hidden > 0
    assert gates[0].adviser.hidden < gates[1].adviser.hidden


def test_a_better_figure_of_few_placings_is_held_for_luck() -> None:
    views, labels = estate(days=3, chatty=0.1)
    known = [
        LabelledPair(one.alert_id, other.alert_id, True)
        for one, other in combinations(views, 2)
        if labels[one.report_id] == labels[other.report_id] != ""
    ]

    many, few = (
        judge(
            views,
            LearnedModel(trained().artifact),
            since=BEGIN,
            config=ClusteringConfig(),
            labels=Labels({}),
            known=pairs,
        )
        for pairs in (known, known[:2])
    )

    assert many.passes
    assert many.adviser.fared.right > 5
    assert few.adviser.f1 > few.rules.f1 + 0.1
    assert few.reasons == ("2 of 2 known placings are right, which may be luck",)


def test_rules_as_their_own_adviser_bring_nothing() -> None:
    views, labels = estate(days=3)

    gate = judge(
        views,
        RuleModel(),
        since=BEGIN,
        config=ClusteringConfig(),
        labels=Labels(labels),
        known=[],
    )

    assert gate.reasons == ("it placed nothing",)
    assert gate.rules == gate.adviser


def test_too_few_labels_are_said_to_be_too_few() -> None:
    views, labels = estate(days=4, chatty=0.1)

    with pytest.raises(TooFewLabels, match="rules decide alone"):
        train(views, labels=dict(list(labels.items())[:5]))


def test_the_weights_of_a_membership_add_up_to_its_score() -> None:
    views, _ = estate(days=3)
    model = LearnedModel(trained().artifact)

    for asked in ask(views, ClusteringConfig())[:40]:
        score = model.probabilities([asked.row])[0]
        why = model.why(asked.row)
        assert sum(weight for _, weight in why) == pytest.approx(score, abs=2e-3)
        assert why[0][0] == "adviser"
        assert {name for name, _ in why} <= {*SCHEMA.names, "adviser", "all_else"}


def test_where_sites_lie_is_learned_and_told() -> None:
    views, labels = gales()
    made = train(views, labels=labels)
    model = LearnedModel(made.artifact)
    sure = [
        asked
        for asked in ask(views, ClusteringConfig())
        if asked.is_asked and model.probabilities([asked.row])[0] >= model.threshold
    ]

    assert made.gate.passes
    assert made.gate.adviser.f1 > made.gate.rules.f1 + 0.1
    assert sure
    assert all(dict(model.why(asked.row)).get("distance", 0.0) > 0.0 for asked in sure)


def test_rules_and_learned_model_are_asked_alike() -> None:
    views, _ = estate(days=2)
    asked = ask(views, ClusteringConfig())
    rows = [one.row for one in asked]
    rules = RuleModel()

    assert rules.why(rows[0])[0][0] == SCHEMA.names[RULES_SCORE]
    assert len(rules.probabilities(rows)) == len(rows)
    assert all(rules.probabilities([one.row])[0] < rules.threshold for one in asked if one.is_asked)


def test_peoples_word_goes_before_labels() -> None:
    views, labels = estate(days=2)
    asked = next(one for one in ask(views, ClusteringConfig()) if one.is_asked)
    said = [
        LabelledPair(asked.alert, member, labels[asked.report] != labels[report])
        for member, report in asked.members
    ]

    by_label = Teacher(Labels(labels)).examples([asked])
    by_word = Teacher(Labels(labels), said).examples([asked])

    assert by_label
    assert [one.label for one in by_word] == [not one.label for one in by_label]


def pair_of(
    one: tuple[str, float, float, tuple[str, ...]],
    other: tuple[str, float, float, tuple[str, ...]],
) -> bool | None:
    views = []
    for entity, begin, end, domains in (one, other):
        for signal, minute in ((Signal.FIRING, begin), (Signal.RESOLVED, end)):
            views.append(
                ReportView(
                    f"{entity}-{signal}",
                    entity,
                    BEGIN + 60 * minute,
                    signal,
                    "DOWN",
                    entity=entity,
                    site="s",
                    domains=domains,
                )
            )
    found = list(weak_pairs(sorted(views, key=lambda view: view.at)))
    return found[0].together if found else None


GATE, LAMP, DOOR = ("gate", "s"), ("lamp", "gate", "s"), ("door", "s")


def test_what_hangs_on_it_and_goes_down_after_it_belongs_to_it() -> None:
    assert pair_of(("gate", 0, 60, GATE), ("lamp", 2, 20, LAMP)) is True


def test_order_in_time_counts() -> None:
    assert pair_of(("gate", 2, 60, GATE), ("lamp", 0, 20, LAMP)) is not True


def test_what_ends_together_belongs_together() -> None:
    assert pair_of(("lamp", 0, 60, LAMP), ("door", 9, 60.5, DOOR)) is True


def test_what_ends_long_after_is_another_matter() -> None:
    assert pair_of(("lamp", 0, 20, LAMP), ("door", 9, 120, DOOR)) is False
    assert pair_of(("lamp", 0, 20, LAMP), ("door", 50, 60, DOOR)) is False


def test_of_the_rest_nothing_is_said() -> None:
    assert pair_of(("lamp", 0, 20, LAMP), ("door", 9, 28, DOOR)) is None
    assert pair_of(("lamp", 0, 2, LAMP), ("door", 0, 2, DOOR)) is None
