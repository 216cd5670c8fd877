"""What is said of a report: where it went and why, or that nothing changed."""

from __future__ import annotations

from watchfloor.aiops.clustering.candidates import Decision
from watchfloor.aiops.clustering.features import SAME_BOUT, Membership
from watchfloor.aiops.clustering.state import Alert, Cluster, Lane


def told(decision: Decision, cluster: Cluster, bout: int, threshold: float) -> Membership:
    """Say where the bout went and why; for a new cluster, why not into the nearest there was."""
    joins, nearest = decision.joins, decision.nearest
    score, features = _reason(decision)
    is_life_safety = decision.lane is Lane.LIFE_SAFETY
    return Membership(
        cluster=cluster.number,
        bout=bout,
        opened_cluster=joins is None,
        opened_bout=True,
        score=score,
        threshold=threshold if joins is None or joins.threshold is None else joins.threshold,
        features=features,
        runner_up=nearest.cluster.number if nearest else None,
        runner_up_score=nearest.score if nearest else 0.0,
        related_cluster=nearest.cluster.number if nearest and is_life_safety else None,
        decided_by=decision.decided_by,
        is_late=decision.lane is Lane.LATE,
        merges=tuple((source.number, cluster.number) for source in decision.merged),
    )


def _reason(decision: Decision) -> tuple[float, tuple[tuple[str, float], ...]]:
    if decision.joins is not None:
        return decision.joins.score, decision.joins.features
    if decision.reason:
        return 1.0, ((decision.reason, 1.0),)
    if decision.nearest is not None:
        return decision.nearest.score, decision.nearest.features
    return 0.0, (("nothing_near", 0.0),)


def unchanged(alert: Alert, cluster: Cluster | None) -> Membership:
    return Membership(
        cluster=alert.cluster,
        bout=alert.bout,
        opened_cluster=False,
        opened_bout=False,
        features=SAME_BOUT,
        is_late=cluster is not None and cluster.lane is Lane.LATE,
    )
