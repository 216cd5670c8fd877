"""The online clusterer: one report in, its membership out, by a pure function of the log."""

from __future__ import annotations

from math import inf

from watchfloor.aiops.clustering import checkpoint
from watchfloor.aiops.clustering.commands import (
    AcknowledgeCluster,
    Command,
    ResolveCluster,
    SetConfig,
)
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.clustering.index import BlockingIndex
from watchfloor.aiops.clustering.similarity import Candidate, best_two, blocking_keys
from watchfloor.aiops.clustering.state import Alert, Cluster, Lane
from watchfloor.aiops.types import Seconds, Signal

_SWEEP_EVERY: Seconds = 300.0


class OnlineClusterer:
    """Assigns each report of one tenant's log to a cluster, in the order of the log.

    What it answers depends on the entries applied so far and on nothing else: applying them
    in other batches, or restoring a snapshot in between, gives the same memberships.
    """

    def __init__(self, config: ClusteringConfig = ClusteringConfig()) -> None:
        self.config = config
        self.seq = 0
        """How many entries of the tenant's log are applied; counted by whoever owns the log."""
        self.clock: Seconds = -inf
        self.opened = 0
        self.alerts: dict[str, Alert] = {}
        self.clusters: dict[int, Cluster] = {}
        self.index = BlockingIndex()
        self._swept: Seconds = -inf

    def apply(self, entry: ReportView | Command) -> Membership | None:
        """Take one entry of the log in; a report is answered with its membership."""
        if isinstance(entry, ReportView):
            return self._report(entry)
        if isinstance(entry, SetConfig):
            self.config = entry.config
            return None
        cluster = self.clusters.get(entry.cluster)
        if cluster is not None:
            self._act(cluster, entry)
        return None

    def snapshot(self) -> bytes:
        """Return the whole state as bytes."""
        return checkpoint.pack(self)

    @classmethod
    def restore(cls, data: bytes) -> OnlineClusterer:
        """Return a clusterer that goes on where `snapshot` was taken.

        Raises: CheckpointError if the bytes are damaged or of another version.
        """
        clusterer = cls()
        checkpoint.unpack_into(clusterer, data)
        return clusterer

    def _act(self, cluster: Cluster, command: Command) -> None:
        if isinstance(command, ResolveCluster):
            cluster.resolved_at = command.at
        elif isinstance(command, AcknowledgeCluster):
            cluster.acknowledged = True
        else:
            cluster.resolved_at = inf

    def _report(self, report: ReportView) -> Membership:
        if report.at > self.clock:
            self.clock = report.at
            if report.at >= self._swept + _SWEEP_EVERY:
                self._sweep()
        alert = self.alerts.get(report.alert_id)
        if alert is None or alert.is_forgotten(self.clock, self.config):
            alert = self.alerts[report.alert_id] = Alert(report.alert_id, report.at, -inf)
            return self._begin_bout(alert, report)
        if report.is_touch:
            return _keep(alert, report)
        if report.signal is not Signal.FIRING:
            return self._end(alert, report)
        if self._goes_on(alert, report.at) or self._comes_back(alert, report.at):
            return self._repeat(alert, report)
        return self._begin_bout(alert, report)

    def _goes_on(self, alert: Alert, at: Seconds) -> bool:
        gap = self.config.idle_gap
        cluster = self.clusters.get(alert.cluster)
        return (
            cluster is not None
            and alert.first - gap <= at <= alert.last + gap
            and at < cluster.resolved_at
            and cluster.spans(at, self.config.span_cap)
            and (alert.until > at or not cluster.has_recovered(at, self.config.recovery))
        )

    def _comes_back(self, alert: Alert, at: Seconds) -> bool:
        """Whether a life that had ended goes on in its cluster: the only way into a closed one."""
        cluster = self.clusters.get(alert.cluster)
        return (
            cluster is not None
            and alert.until <= at
            and at <= cluster.ended_at() + self.config.recovery + self.config.reentry
            and cluster.spans(at, self.config.reentry_cap)
        )

    def _repeat(self, alert: Alert, report: ReportView) -> Membership:
        cluster = self.clusters[alert.cluster]
        if cluster.resolved_at <= report.at:
            cluster.resolved_at = inf
        cluster.stretch(report.at)
        alert.first = min(alert.first, report.at)
        alert.last = max(alert.last, report.at)
        _hear(alert, report)
        return _again(alert)

    def _end(self, alert: Alert, report: ReportView) -> Membership:
        """A resolve follows its alert wherever that went and prolongs nothing."""
        _hear(alert, report)
        return _again(alert)

    def _begin_bout(self, alert: Alert, report: ReportView) -> Membership:
        best, second = self._decide(report)
        late = report.at < self.clock - self.config.grace
        lane = Lane.LIFE_SAFETY if report.is_life_safety else Lane.LATE if late else Lane.OPEN
        joins = best is not None and best.joins and lane is not Lane.LIFE_SAFETY
        cluster = best.cluster if best is not None and joins else self._open(report, lane)
        self._enter(alert, cluster, report)
        found = best if joins else None
        other = second if joins else best
        return Membership(
            cluster=cluster.number,
            bout=alert.bout,
            opened_cluster=not joins,
            opened_bout=True,
            score=found.score if found else 0.0,
            threshold=self.config.threshold,
            features=found.features if found else (),
            runner_up=other.cluster.number if other else None,
            runner_up_score=other.score if other else 0.0,
            related_cluster=best.cluster.number if best and report.is_life_safety else None,
            is_late=cluster.lane is Lane.LATE,
        )

    def _decide(self, report: ReportView) -> tuple[Candidate | None, Candidate | None]:
        late = report.at < self.clock - self.config.grace
        return best_two(report, self.index, self.config, Lane.LATE if late else Lane.OPEN)

    def _open(self, report: ReportView, lane: Lane) -> Cluster:
        self.opened += 1
        keys = () if lane is Lane.LIFE_SAFETY else blocking_keys(report)
        cluster = Cluster(self.opened, report.at, lane, keys)
        self.clusters[cluster.number] = cluster
        self.index.add(cluster, keys)
        return cluster

    def _enter(self, alert: Alert, cluster: Cluster, report: ReportView) -> None:
        cluster.stretch(report.at)
        if alert.cluster != cluster.number:
            cluster.members.append(alert)
        alert.cluster = cluster.number
        alert.bout += 1
        alert.first = alert.last = report.at
        alert.again = None
        _hear(alert, report)

    def _sweep(self) -> None:
        self._swept = self.clock
        gone = [c for c in self.clusters.values() if c.is_spent(self.clock, self.config)]
        for cluster in gone:
            del self.clusters[cluster.number]
            self.index.discard(cluster)
        forgotten = [
            key for key, a in self.alerts.items() if a.is_forgotten(self.clock, self.config)
        ]
        for key in forgotten:
            del self.alerts[key]


def _hear(alert: Alert, report: ReportView) -> None:
    """Note what the sender says of the alert now, unless something newer was heard."""
    if report.at < alert.signal_at:
        return
    alert.signal_at = report.at
    alert.until = report.expires_at if report.signal is Signal.FIRING else report.at


def _keep(alert: Alert, report: ReportView) -> Membership:
    """A touch says that a firing alert is still meant, and nothing else."""
    if report.signal is Signal.FIRING and alert.until > alert.signal_at:
        alert.until = max(alert.until, report.expires_at)
    return _again(alert)


def _again(alert: Alert) -> Membership:
    if alert.again is None:
        alert.again = Membership(
            cluster=alert.cluster,
            bout=alert.bout,
            opened_cluster=False,
            opened_bout=False,
            features=(("same_bout", 1.0),),
        )
    return alert.again
