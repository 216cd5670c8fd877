"""Clusters that a report follows from, by what was often seen to follow."""

from __future__ import annotations

from watchfloor.aiops.clustering.candidates import Candidate, evidence, spot_of
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.state import Cluster, Lane


def following(report: ReportView, memory: Memory, config: ClusteringConfig) -> Candidate | None:
    """The cluster that the report follows from by what was seen to follow, if that still holds."""
    spot = spot_of(report)
    memory.follows.follow(spot, memory.merged, memory.merges)
    found = [
        evidence(cluster, "follows", odds, config.follows_from)
        for number, odds in memory.follows.explained(report, spot).items()
        if odds >= config.follows_from
        and (cluster := memory.clusters.get(number)) is not None
        and cluster.holds(report.at, memory.alerts, config)
    ]
    return max(found, key=lambda one: (one.score, one.cluster.number), default=None)


def aftermath(report: ReportView, memory: Memory, config: ClusteringConfig) -> Cluster | None:
    """The cluster from which the report follows, and which had recovered meanwhile.

    It takes nothing in any more; that the two are one is declared by a merge into the new one.
    """
    odds = memory.follows.explained_by_others(report, spot_of(report))
    found = [
        cluster
        for number in sorted(odds, key=lambda number: (-odds[number], -number))
        if odds[number] >= config.follows_from
        and (cluster := memory.clusters.get(number)) is not None
        and cluster.lane is Lane.OPEN
        and report.at < cluster.resolved_at
        and cluster.spans(report.at, config.span_cap)
        and cluster.has_recovered(report.at, memory.alerts, config.recovery)
    ]
    return found[0] if found else None
