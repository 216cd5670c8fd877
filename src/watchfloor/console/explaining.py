"""Why an alert is in its incident, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from watchfloor.console import words
from watchfloor.noc.clustering.selectors import Why
from watchfloor.noc.incidents import selectors
from watchfloor.platform.accounts.scope import Scope

SHOWN = 6
LEAST_WEIGHT = 0.02  # what weighs less explains nothing
_ALONE: Mapping[str, str] = {
    "life_safety": "Life safety always has an incident of its own.",
    "storm": "It began this incident: something that many things depend on fails here.",
    "chatter": "It comes and goes all the time: such alerts of a place are kept together, apart.",
    "steady": "It repeats itself without end: its repeats are kept together, apart.",
    "late": "It came so late that it is kept with other late ones of its place.",
    "nothing_near": "It began this incident: nothing that was open was near it.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """One decision in words: where a bout of an alert went, and where it nearly did."""

    sentence: str
    reasons: tuple[Reason, ...]
    runner_up: str


def explain(whys: Sequence[Why], scope: Scope) -> list[Explanation]:
    """Explain decisions in order. One query names those runners-up that the viewer may see."""
    names = _names({why.runner_up_id for why in whys if why.runner_up_id}, scope)
    return [_explanation(why, names) for why in whys]


def _names(cluster_ids: set[UUID], scope: Scope) -> Mapping[UUID, str]:
    known = selectors.visible(scope).filter(cluster_id__in=cluster_ids)
    return {i.cluster_id: f"INC-{i.number}, {i.title}" for i in known if i.cluster_id}


def sentence(
    features: Sequence[tuple[str, float]], *, score: float, threshold: float, opened: bool
) -> str:
    """Return why a bout joined, or why it began a cluster."""
    first = features[0][0] if features else "nothing_near"
    if not opened:
        return _why_there(score, threshold, features)
    return _ALONE.get(first) or _why_not(score, threshold)


def _explanation(why: Why, names: Mapping[UUID, str]) -> Explanation:
    first = why.features[0][0] if why.features else "nothing_near"
    runner_up = _runner_up(why, names)
    said = sentence(
        why.features, score=why.score, threshold=why.threshold, opened=why.opened_cluster
    )
    if why.opened_cluster and first in _ALONE:
        return Explanation(said, (), runner_up)
    weighty = [(name, weight) for name, weight in why.features if abs(weight) >= LEAST_WEIGHT]
    reasons = tuple(Reason(words.feature(name), weight) for name, weight in weighty[:SHOWN])
    return Explanation(said, reasons, runner_up)


def _why_not(score: float, threshold: float) -> str:
    return (
        f"It began this incident: the nearest open one fitted with {score:.2f} only, "
        f"where {threshold:.2f} is enough."
    )


def _why_there(score: float, threshold: float, features: Sequence[tuple[str, float]]) -> str:
    named = ", ".join(words.feature(name) for name, weight in features[:SHOWN] if weight > 0)
    fits = f"It fits with {score:.2f} of 1, where {threshold:.2f} is enough"
    return f"{fits}: {named}." if named else f"{fits}."


def _runner_up(why: Why, names: Mapping[UUID, str]) -> str:
    if why.runner_up_id is None:
        return "" if why.opened_cluster else "Nothing else came close."
    name = names.get(why.runner_up_id)
    if name is None:
        return ""
    nearest = "The nearest" if why.opened_cluster else "The next best"
    return f"{nearest} was {name}, with {why.runner_up_score:.2f}."
