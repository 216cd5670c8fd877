"""Why an alert is in its incident, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from watchfloor.aiops.clustering.explain import Turn, Where
from watchfloor.console import words
from watchfloor.noc.clustering.selectors import Why
from watchfloor.noc.incidents import selectors
from watchfloor.noc.incidents.store import incident_id
from watchfloor.platform.accounts.scope import Scope

SHOWN = 6
LEAST_WEIGHT = 0.02  # what weighs less explains nothing
_ALONE: Mapping[str, str] = {
    "life_safety": "Life safety always has an incident of its own.",
    "storm": "It began this incident: something that many things depend on fails here.",
    "chatter": "It comes and goes all the time: such alerts of a place are kept together, apart.",
    "steady": "It repeats itself without end: its repeats are kept together, apart.",
    "routine": "It comes up now and then, and nothing else explains it: such alerts of a place"
    " are kept together, apart.",
    "late": "It came so late that it is kept with other late ones of its place.",
    "nothing_near": "It began this incident: nothing that was open was near it.",
    "kept_apart": "It began this incident: an operator had taken it out of the nearest one.",
    "lesson": "It began this incident: operators taught that it is no part of the nearest one.",
}
_TOLD: Mapping[str, str] = {
    "correction": "An operator put it here.",
    "put_here": "It is here because an operator put it, or what it belongs to, here.",
    "lesson": "It is here because operators taught that the two belong together.",
    "one_fault": "The incident that it was in turned out to be part of this one.",
    "same_bout": "It goes on here: it belongs to what was here already.",
}
"""Why it is here, where no score decided."""


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
    score: float = 0.0
    threshold: float = 0.0
    decided_by: str = ""
    opened: bool = False
    runner_up_incident: UUID | None = None
    turns: tuple[str, ...] = ()
    """What would have sent it elsewhere."""


def explain(whys: Sequence[Why], scope: Scope) -> list[Explanation]:
    """Explain decisions in order. One query names those runners-up that the viewer may see."""
    names = _names({why.runner_up_id for why in whys if why.runner_up_id}, scope)
    return [
        replace(
            _explanation(why, names),
            score=why.score,
            threshold=why.threshold,
            opened=why.opened_cluster,
            decided_by=words.DECIDERS.get(why.decided_by, why.decided_by),
            runner_up_incident=incident_id(why.runner_up_id) if why.runner_up_id in names else None,
            turns=turns_in_words(why),
        )
        for why in whys
    ]


def _names(cluster_ids: set[UUID], scope: Scope) -> Mapping[UUID, str]:
    known = selectors.visible(scope).filter(cluster_id__in=cluster_ids)
    return {i.cluster_id: f"INC-{i.number}, {i.title}" for i in known if i.cluster_id}


def sentence(
    features: Sequence[tuple[str, float]], *, score: float, threshold: float, opened: bool
) -> str:
    """Return why a bout joined, or why it began a cluster."""
    first = _kind(features)
    if not opened:
        return _TOLD.get(first) or _why_there(score, threshold, features)
    return _ALONE.get(first) or _why_not(score, threshold)


def turns_in_words(why: Why) -> tuple[str, ...]:
    """Return what would have sent it elsewhere, a sentence each."""
    return tuple(_turn(turn, why.opened_cluster) for turn in why.would_have_split)


def _turn(turn: Turn, opened: bool) -> str:
    name = words.feature(turn.feature)
    if turn.factor is None:
        return f"Without “{name}” it would have gone {_WHERE[turn.leads_to]}."
    if opened:
        return f"With {turn.factor:.0%} of the {name} it would have joined the nearest one."
    times = f"{turn.factor:.1f}" if turn.factor < _MANY else f"{turn.factor:,.0f}"
    if turn.feature == "chance":
        return (
            f"Were such alerts {times} times as frequent by themselves, it would have gone"
            f" {_WHERE[turn.leads_to]}."
        )
    return f"With {times} times the {name} it would have gone {_WHERE[turn.leads_to]}."


_MANY = 10.0
_WHERE: Mapping[Where, str] = {
    Where.OWN: "into an incident of its own",
    Where.RUNNER_UP: "to the next best one",
    Where.ELSEWHERE: "where the other rules put it",
}


def _kind(features: Sequence[tuple[str, float]]) -> str:
    """Return the feature that decided, without the row that it names."""
    return features[0][0].partition(":")[0] if features else "nothing_near"


def _explanation(why: Why, names: Mapping[UUID, str]) -> Explanation:
    first = _kind(why.features)
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
