"""Clusters that a report follows from, by what was often seen to follow."""

from __future__ import annotations

from watchfloor.aiops.clustering.candidates import Candidate, evidence, spot_of
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.memory import Memory


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
