"""How well a report fits a cluster, and why."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.index import BlockingIndex
from watchfloor.aiops.clustering.state import Cluster, Lane


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cluster that a report could join."""

    cluster: Cluster
    score: float
    features: tuple[tuple[str, float], ...]
    joins: bool


def blocking_keys(report: ReportView) -> tuple[str, ...]:
    """Return the keys under which clusters near the report are found, nearest first."""
    names = dict.fromkeys(
        [
            "e" + (report.entity or report.site),
            *("d" + d for d in report.domains),
            "d" + report.site,
        ]
    )
    return tuple(name for name in names if len(name) > 1) or ("t" + report.alert_type,)


def best_two(
    report: ReportView, index: BlockingIndex, config: ClusteringConfig, lane: Lane
) -> tuple[Candidate | None, Candidate | None]:
    """Return the cluster that fits best and the runner-up; the older one where they are equal."""
    seen: set[int] = set()
    found: list[Candidate] = []
    for key in blocking_keys(report):
        for cluster in index.newest(key, config.candidates):
            if cluster.number in seen or cluster.lane is not lane:
                continue
            seen.add(cluster.number)
            if cluster.takes(report.at, config):
                found.append(_weigh(report, key, cluster, config))
    found.sort(key=lambda c: (-c.score, c.cluster.number))
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def _weigh(report: ReportView, key: str, cluster: Cluster, config: ClusteringConfig) -> Candidate:
    gap = max(cluster.first - report.at, report.at - cluster.last, 0.0)
    near = 1.0 - gap / config.idle_gap if key[0] == "e" else max(0.0, 1.0 - gap / 120.0)
    place = 0.5 if key[0] == "e" else 0.3
    name = "same_entity" if key[0] == "e" else "same_domain"
    score = place + 0.4 * near
    return Candidate(
        cluster, score, ((name, place), ("time_gap", 0.4 * near)), score >= config.threshold
    )
