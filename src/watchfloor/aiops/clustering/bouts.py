"""Whether a firing report goes on with the bout that its alert is in, or begins another."""

from __future__ import annotations

from watchfloor.aiops.clustering.background import ROUTINE_AT_MOST, SignalPast
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.state import Alert, Alerts, Cluster, Lane
from watchfloor.aiops.types import Seconds


def stays(
    alert: Alert, past: SignalPast, report: ReportView, memory: Memory, config: ClusteringConfig
) -> bool:
    """Whether the report goes on with the bout that its alert is in."""
    cluster = memory.clusters.get(alert.cluster)
    if cluster is None or _is_too_grave(cluster, past, report, config):
        return False
    if _goes_on(alert, cluster, report.at, memory.alerts, config):
        return not _is_swept_away(cluster, past, report, memory, config)
    return _comes_back(alert, cluster, report.at, memory.alerts, config)


def _is_too_grave(
    cluster: Cluster, past: SignalPast, report: ReportView, config: ClusteringConfig
) -> bool:
    """Whether the alert is among what is routine, and its sender now holds it for worse."""
    return (
        cluster.lane is Lane.DIGEST
        and report.severity > ROUTINE_AT_MOST
        and not past.is_chatter(report.at, config)
    )


def _goes_on(
    alert: Alert, cluster: Cluster, at: Seconds, alerts: Alerts, config: ClusteringConfig
) -> bool:
    return (
        alert.first - config.idle_gap <= at <= alert.last + config.idle_gap
        and at < cluster.resolved_at
        and cluster.spans(at, cluster.lane.span(config))
        and (alert.until > at or not cluster.has_recovered(at, alerts, config.recovery))
    )


def _comes_back(
    alert: Alert, cluster: Cluster, at: Seconds, alerts: Alerts, config: ClusteringConfig
) -> bool:
    """Whether a life goes on in its cluster that had ended: the only way into a closed one.

    The life had ended, or a person held the cluster for done while it still fired.
    """
    if at < min(alert.until, cluster.resolved_at):
        return False
    back = config.recovery + config.reentry
    return at <= cluster.ended_at(alerts) + back and cluster.spans(at, config.reentry_cap)


def _is_swept_away(
    cluster: Cluster,
    past: SignalPast,
    report: ReportView,
    memory: Memory,
    config: ClusteringConfig,
) -> bool:
    """Whether a surge of its signal takes the alert out of the cluster it is in."""
    if past.surprise < config.surge_surprise or cluster.lane is Lane.LIFE_SAFETY:
        return False
    storm = memory.weather.storm(report, config)
    if storm is not None and storm[1].cluster == cluster.number:
        past.claimed = True
        return False
    if not past.surges(config):
        return False
    return storm is not None or (
        cluster.lane is Lane.DIGEST
        and not past.is_chatter(report.at, config)
        and not past.is_routine(report.severity, report.at, config)
    )
