"""Why an alert is in its incident, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from watchfloor.console import words
from watchfloor.noc.clustering.models import ClusterMembership
from watchfloor.noc.incidents.models import NOCIncident

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Reason:
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Why:
    """One decision of the clusterer: where a bout of an alert went, and what nearly was."""

    sentence: str
    reasons: tuple[Reason, ...]
    runner_up: str


def explain(memberships: Iterable[ClusterMembership]) -> list[Why]:
    """Explain bouts in order; costs one query for the names of the runners-up."""
    found = list(memberships)
    names = _names({m.runner_up_id for m in found if m.runner_up_id})
    return [_why(membership, names) for membership in found]


def _names(cluster_ids: set[UUID]) -> Mapping[UUID, str]:
    known = NOCIncident.objects.filter(cluster_id__in=cluster_ids)
    return {i.cluster_id: f"INC-{i.number}, {i.title}" for i in known if i.cluster_id}


def _why(membership: ClusterMembership, names: Mapping[UUID, str]) -> Why:
    reasons = tuple(Reason(words.feature(n), float(w)) for n, w in membership.features[:SHOWN])
    return Why(_sentence(membership, reasons), reasons, _runner_up(membership, names))


def _sentence(membership: ClusterMembership, reasons: tuple[Reason, ...]) -> str:
    if not reasons:
        return "It began this incident: nothing open before it was near enough."
    return (
        f"It fits with {membership.score:.2f} of 1, where {membership.threshold:.2f} is enough: "
        f"{', '.join(reason.name for reason in reasons)}."
    )


def _runner_up(membership: ClusterMembership, names: Mapping[UUID, str]) -> str:
    if membership.runner_up_id is None:
        return "Nothing else came close." if membership.features else ""
    name = names.get(membership.runner_up_id, "an incident that is no longer kept")
    return f"The next best was {name}, with {membership.runner_up_score:.2f}."
