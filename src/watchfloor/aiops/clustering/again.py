"""The cluster in which the very problem of a report was before, whatever the gap."""

from __future__ import annotations

from watchfloor.aiops.clustering.background import ROUTINE_AT_MOST, SignalPast
from watchfloor.aiops.clustering.candidates import Candidate
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.state import Alert, Cluster, Lane


def kept(
    report: ReportView, alert: Alert, past: SignalPast, memory: Memory, config: ClusteringConfig
) -> Candidate | None:
    """Where senders resolve, a problem keeps its cluster while it fires, and when it flaps."""
    before, cluster = _before(report, alert, past, memory, config)
    if cluster is None or cluster.has_recovered(report.at, memory.alerts, config.recovery):
        return None
    name = "unresolved" if before.until > report.at else "flapping"
    return Candidate(cluster, 1.0, ((name, 1.0),))


def recurring(
    report: ReportView, alert: Alert, past: SignalPast, memory: Memory, config: ClusteringConfig
) -> Cluster | None:
    """The cluster of this same problem, and of no other, that recovered within the hour.

    It takes nothing in any more; that the two are one is declared by a merge into the new one.
    """
    _, cluster = _before(report, alert, past, memory, config)
    return cluster if cluster is not None and _holds_nothing_else(cluster, report) else None


def still_open(
    report: ReportView, past: SignalPast, memory: Memory, config: ClusteringConfig
) -> Cluster | None:
    """The cluster of this same signal, and of no other, that nobody ended or has in hand.

    Where senders never say that a thing is over, its alert goes on long after a gap closed its
    cluster: a second incident beside the first would say nothing new. What its sender holds for
    grave is told each time, and a storm that is over stays what it was.
    """
    before = memory.alerts.get(past.alert)
    cluster = memory.cluster(before.cluster) if before else None
    if cluster is None or report.severity > ROUTINE_AT_MOST:
        return None
    is_same = (
        cluster.lane is Lane.OPEN
        and not (cluster.is_storm or cluster.acknowledged)
        and _holds_nothing_else(cluster, report)
        and report.at < cluster.resolved_at
        and cluster.spans(report.at, config.reentry_cap)
        and not cluster.has_recovered(report.at, memory.alerts, config.recovery)
    )
    return cluster if is_same else None


def _holds_nothing_else(cluster: Cluster, report: ReportView) -> bool:
    return cluster.signal == (report.alert_type, report.entity)


def _before(
    report: ReportView, alert: Alert, past: SignalPast, memory: Memory, config: ClusteringConfig
) -> tuple[Alert, Cluster | None]:
    """The newest alert of the signal, and its cluster if that is the same problem still."""
    before = alert if alert.bouts else memory.alerts.get(past.alert, alert)
    cluster = memory.cluster(before.cluster)
    told = before.last if before.until > report.at else before.until
    is_same = (
        cluster is not None
        and memory.is_resolved_by_senders(report.alert_type, config)
        and cluster.lane is Lane.OPEN
        and report.at <= told + config.refire
        and report.at < cluster.resolved_at
        and cluster.spans(report.at, config.reentry_cap)
    )
    return before, cluster if is_same else None
