"""Where people's word goes before the rules': what they put together or apart, and their lessons.

In order: the cluster that a person put the alert in, while that goes on; what it may not join; what
lessons tie it to. A known problem that goes on keeps its cluster against lessons, never against
what was said of this very alert. Life safety and late reports are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from watchfloor.aiops.clustering.candidates import (
    Candidate,
    Decision,
    blocking_keys,
    spot_of,
)
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.lessons import marks, partner_marks
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.state import Cluster, Lane

OPERATOR = "operator"
PUT_HERE = "put_here"
KEPT_APART = "kept_apart"
LESSON = "lesson:"
"""Begins the name of a feature that names a lesson."""


def heed(
    decision: Decision, report: ReportView, memory: Memory, config: ClusteringConfig
) -> Decision:
    """Return the decision as people's word changes it."""
    if memory.taught.is_empty or decision.lane in (Lane.LIFE_SAFETY, Lane.LATE):
        return decision
    tags = marks(report, memory.taught.lessons)
    return replace(_heeded(decision, report, memory, config), tags=tags)


def _heeded(
    decision: Decision, report: ReportView, memory: Memory, config: ClusteringConfig
) -> Decision:
    home = memory.cluster(memory.taught.homes.get(report.alert_id, 0))
    if home is not None and _goes_on(home, report, memory, config):
        return _join(decision, _evidence(home, PUT_HERE), report)
    bar = _bar(decision.joins, decision, report, memory)
    if bar:
        return _elsewhere(decision, bar, report, memory, config)
    wanted = None if decision.goes_on else _wanted(decision, report, memory, config)
    if wanted is not None:
        return _join(decision, wanted, report)
    return _without_parted(decision, report, memory)


def _goes_on(
    cluster: Cluster, report: ReportView, memory: Memory, config: ClusteringConfig
) -> bool:
    at, alerts = report.at, memory.alerts
    return cluster.takes(at, alerts, config) or cluster.holds(at, alerts, config)


def _evidence(cluster: Cluster, name: str) -> Candidate:
    return Candidate(cluster, 1.0, ((name, 1.0),))


def _join(decision: Decision, joins: Candidate, report: ReportView) -> Decision:
    """Join it by a person's word; what the rules would have had is the next best."""
    if decision.joins is not None and decision.joins.cluster is joins.cluster:
        others = decision.others
    else:
        first = () if decision.joins is None else (decision.joins,)
        others = tuple(
            one for one in (*first, *decision.others) if one.cluster is not joins.cluster
        )
    return Decision(
        Lane.OPEN, blocking_keys(report), joins, others, goes_on=decision.goes_on,
        decided_by=OPERATOR,
    )  # fmt: skip


def _bar(
    candidate: Candidate | None, decision: Decision, report: ReportView, memory: Memory
) -> str:
    """Return the name of what forbids the candidate, or nothing."""
    if candidate is None:
        return ""
    taught, number = memory.taught, candidate.cluster.number
    if taught.is_apart(report.alert_id, number, memory.merged):
        return KEPT_APART
    if decision.goes_on:
        return ""
    for lesson in taught.lessons:
        if not lesson.links and any(
            mark in candidate.cluster.keys for mark in partner_marks(report, lesson)
        ):
            return LESSON + lesson.name
    return ""


def _elsewhere(
    decision: Decision, bar: str, report: ReportView, memory: Memory, config: ClusteringConfig
) -> Decision:
    """The best of what else is near and enough, else a cluster of its own."""
    near = (c for c in decision.others if c.score >= config.threshold)
    free = next((c for c in near if not _bar(c, decision, report, memory)), None)
    if free is not None:
        return _join(decision, free, report)
    own = f"apart:{report.alert_id}"
    for cluster in memory.index.newest(own, config.candidates):
        if _goes_on(cluster, report, memory, config):
            return _join(decision, _evidence(cluster, PUT_HERE), report)
    first = () if decision.joins is None else (decision.joins,)
    keys = (own, *(blocking_keys(report) if decision.lane is Lane.OPEN else ()))
    return Decision(
        decision.lane, keys, None, (*first, *decision.others), reason=bar, decided_by=OPERATOR
    )


def _wanted(
    decision: Decision, report: ReportView, memory: Memory, config: ClusteringConfig
) -> Candidate | None:
    """What a lesson ties the report to, unless it goes there already."""
    if decision.lane is not Lane.OPEN:
        return None
    best: Candidate | None = None
    for found in _tied(report, memory, config):
        if decision.joins is not None and found.cluster is decision.joins.cluster:
            return None
        if best is None and not _bar(found, decision, report, memory):
            best = found
    return best


def _tied(report: ReportView, memory: Memory, config: ClusteringConfig) -> Iterator[Candidate]:
    for lesson in memory.taught.lessons:
        for mark in partner_marks(report, lesson) if lesson.links else ():
            for cluster in memory.index.newest(mark, config.candidates):
                if cluster.lane is Lane.OPEN and _goes_on(cluster, report, memory, config):
                    yield _evidence(cluster, LESSON + lesson.name)


def _without_parted(decision: Decision, report: ReportView, memory: Memory) -> Decision:
    """Leave out merges that a person took back."""
    taught, joins = memory.taught, decision.joins
    if joins is None:
        return _without_barred(decision, report, memory)
    if not decision.merges:
        return decision
    kept: list[Cluster] = []
    for one in decision.merges:
        together = (joins.cluster, *kept)
        if not taught.is_apart(report.alert_id, one.number, memory.merged) and not any(
            taught.is_parted(one.number, other.number, memory.merged) for other in together
        ):
            kept.append(one)
    return replace(decision, merges=tuple(kept))


def _without_barred(decision: Decision, report: ReportView, memory: Memory) -> Decision:
    """Have a new cluster not take over what a person wants its report to stay out of."""
    taught, over = memory.taught, decision.recurs
    if over is None:
        return decision
    if taught.is_apart(report.alert_id, over.number, memory.merged):
        return replace(decision, recurs=None, reason=KEPT_APART, decided_by=OPERATOR)
    types = memory.follows.types_in(over.number, spot_of(report))
    for lesson in taught.lessons:
        if not lesson.links and lesson.partner_of(report.alert_type) in types:
            reason = LESSON + lesson.name
            return replace(decision, recurs=None, reason=reason, decided_by=OPERATOR)
    return decision
