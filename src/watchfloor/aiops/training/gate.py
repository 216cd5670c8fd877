"""Whether a link model may be shipped: only if it beats the rules alone on later data.

Both are replayed over the whole stream, the adviser from the later part on, as it would have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import msgspec

from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import SetAdviser, SetLessons
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.learned import ADVISER
from watchfloor.aiops.clustering.lessons import Lesson
from watchfloor.aiops.clustering.link import LinkModel
from watchfloor.aiops.evaluation.clusters import Truth, evaluate
from watchfloor.aiops.training.examples import NOISE, LabelledPair, Labels
from watchfloor.aiops.training.placed import Fared, by_labels, by_pairs, may_be_luck
from watchfloor.aiops.types import Seconds, Signal

LEAST_LABELLED = 30
"""Alerts with a label in the later part, from which on F1 against them is the measure."""
_CLEARLY = 0.002
_HARDLY = 0.005


class Side(msgspec.Struct, frozen=True):
    """What one of the two made of the later part. Shares are in [0, 1]."""

    tickets: int
    """Clusters."""
    advised: int
    """Bouts that the adviser placed."""
    f1: float
    """F1tol against labels; without labels, F1 of the pairs of which something is known."""
    noise_tickets: int = 0
    buried: float = 0.0
    hidden: int = 0
    fared: Fared = Fared()


class Gate(msgspec.Struct, frozen=True):
    measure: str
    since: Seconds
    rules: Side
    adviser: Side
    reasons: tuple[str, ...]
    """Why it must not be shipped; empty if it may."""

    @property
    def passes(self) -> bool:
        return not self.reasons

    def card(self) -> dict[str, Any]:
        """Return it as the card of a model shows it."""
        return {**msgspec.to_builtins(self), "passes": self.passes}


class Played(msgspec.Struct):
    """Where each bout of the later part went in the end."""

    views: list[ReportView]
    clusters: list[int]
    placed: list[int]
    """Which of them the adviser placed."""


def replay(
    views: Sequence[ReportView],
    since: Seconds,
    config: ClusteringConfig,
    model: LinkModel | None,
    lessons: tuple[Lesson, ...] = (),
) -> Played:
    """Group the stream, with the model to advise from the first report after `since` on."""
    clusterer = OnlineClusterer(config, advisers=lambda _: model)
    clusterer.apply(SetLessons(lessons))
    played = Played([], [], [])
    merged: dict[int, int] = {}
    later = False
    for view in views:
        if not later and view.at >= since:
            later = True
            if model is not None:
                clusterer.apply(SetAdviser("candidate"))
        answer = clusterer.apply(view)
        if answer is None:
            continue
        merged.update(answer.merges)
        if later and view.signal is Signal.FIRING and not view.is_touch:
            if answer.decided_by == ADVISER:
                played.placed.append(len(played.views))
            played.views.append(view)
            played.clusters.append(answer.cluster)
    played.clusters = [_root(number, merged) for number in played.clusters]
    return played


def judge(
    views: Sequence[ReportView],
    model: LinkModel,
    *,
    since: Seconds,
    config: ClusteringConfig,
    lessons: tuple[Lesson, ...] = (),
    labels: Labels,
    known: Iterable[LabelledPair],
) -> Gate:
    """Hold the model against the rules alone. `known` are pairs of the later part."""
    played = [replay(views, since, config, one, lessons) for one in (None, model)]
    told = {view.alert_id for view in played[0].views if _label(view, labels) is not None}
    if len(told) >= LEAST_LABELLED:
        measure = "f1_tol"
        begun = {_label(view, labels) for view in views if view.at < since}
        rules, adviser = (_by_labels(one, labels, begun) for one in played)
    else:
        measure = "pair_f1"
        pairs = list(known)
        rules, adviser = (_by_pairs(one, pairs) for one in played)
    return Gate(measure, since, rules, adviser, tuple(_reasons(rules, adviser)))


def _reasons(rules: Side, adviser: Side) -> Iterable[str]:
    if not adviser.advised:
        yield "it placed nothing"
        return
    is_better = adviser.f1 >= rules.f1 + _CLEARLY
    is_quieter = adviser.noise_tickets < rules.noise_tickets and adviser.f1 >= rules.f1
    if may_be_luck(adviser.fared):
        known = adviser.fared.right + adviser.fared.wrong
        yield f"{adviser.fared.right} of {known} known placings are right, which may be luck"
    if not (is_better or is_quieter):
        yield f"F1 is {adviser.f1:.4f} with it and {rules.f1:.4f} without"
    if adviser.noise_tickets > rules.noise_tickets:
        yield f"{adviser.noise_tickets} tickets for nothing, {rules.noise_tickets} without it"
    if adviser.buried > rules.buried + _HARDLY:
        yield f"{adviser.buried:.3f} buried, {rules.buried:.3f} without it"
    if adviser.hidden > rules.hidden:
        yield f"{adviser.hidden} incidents hidden, {rules.hidden} without it"


def _by_labels(played: Played, labels: Labels, begun: Set[str | None]) -> Side:
    """Return the side's figures. What had `begun` before is seen where it began, whatever becomes
    of the rest of it: it is hidden from nobody."""
    told = [_label(view, labels) for view in played.views]
    truth = [_truth(view, label) for view, label in zip(played.views, told, strict=True)]
    found = evaluate(truth, played.clusters)
    days = max((truth[-1].at - truth[0].at) / 86_400, 1e-9)
    return Side(
        tickets=found.clusters,
        advised=len(played.placed),
        f1=found.f1_tol,
        noise_tickets=round(found.noise_tickets_per_day * days),
        buried=found.buried,
        hidden=len(set(found.hidden_campaigns) - begun),
        fared=by_labels(played.placed, played.clusters, told),
    )


def _label(view: ReportView, labels: Labels) -> str | None:
    return labels.of(view.alert_id, view.report_id)


def _truth(view: ReportView, label: str | None) -> Truth:
    name = label or ""
    return Truth(view.at, view.entity, view.alert_type, name, name, label == NOISE)


def _by_pairs(played: Played, pairs: Sequence[LabelledPair]) -> Side:
    alerts = [view.alert_id for view in played.views]
    where = dict(zip(alerts, played.clusters, strict=True))
    right = wrong = missed = 0.0
    for pair in pairs:
        one, other = where.get(pair.one), where.get(pair.other)
        if one is None or other is None:
            continue
        if one == other:
            right += pair.weight * pair.together
            wrong += pair.weight * (not pair.together)
        else:
            missed += pair.weight * pair.together
    total = 2 * right + wrong + missed
    return Side(
        tickets=len(set(played.clusters)),
        advised=len(played.placed),
        f1=2 * right / total if total else 0.0,
        fared=by_pairs(played.placed, played.clusters, alerts, pairs),
    )


def _root(number: int, merged: Mapping[int, int]) -> int:
    while number in merged:
        number = merged[number]
    return number
