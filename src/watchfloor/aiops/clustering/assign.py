"""The online clusterer: one report in, its membership out, by a pure function of the log."""

from __future__ import annotations

from math import inf

from msgspec.structs import replace

from watchfloor.aiops.clustering import checkpoint
from watchfloor.aiops.clustering.answers import told, unchanged
from watchfloor.aiops.clustering.background import SignalPast, signal_of
from watchfloor.aiops.clustering.bouts import stays
from watchfloor.aiops.clustering.candidates import Decision, spot_of
from watchfloor.aiops.clustering.commands import (
    AcknowledgeCluster,
    Command,
    Handling,
    ResolveCluster,
    SetAdviser,
    SetConfig,
    Teaching,
    TouchAlerts,
    UnacknowledgeCluster,
)
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.decide import decide
from watchfloor.aiops.clustering.faults import IllPlace
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.clustering.heed import heed
from watchfloor.aiops.clustering.link import Advisers, Watcher, nobody
from watchfloor.aiops.clustering.memory import Memory, State
from watchfloor.aiops.clustering.state import Alert, Cluster, Lane
from watchfloor.aiops.clustering.teach import check, teach
from watchfloor.aiops.types import Signal


class OnlineClusterer:
    """Assigns each report of one tenant's log to a cluster, in the order of the log.

    What it answers depends on the entries applied so far and on nothing else: applying them
    in other batches, or restoring a snapshot in between, gives the same memberships.
    """

    def __init__(
        self, config: ClusteringConfig = ClusteringConfig(), *, advisers: Advisers = nobody
    ) -> None:
        """`advisers` finds the link models that the log names."""
        self.config = config
        self._advisers = advisers
        self.seq = 0
        """How many entries of the tenant's log are applied; counted by whoever owns the log."""
        self._memory = Memory(State())

    @property
    def alerts(self) -> dict[str, Alert]:
        return self._memory.alerts

    @property
    def clusters(self) -> dict[int, Cluster]:
        return self._memory.clusters

    @property
    def opened(self) -> int:
        """The number of the newest cluster."""
        return self._memory.opened

    @property
    def looked_at(self) -> int:
        """How many candidate clusters were looked at so far: what does not grow with the open."""
        return self._memory.index.looked_at

    def apply(self, entry: ReportView | Command) -> Membership | None:
        """Take one entry of the log in; a report is answered with its membership."""
        if isinstance(entry, ReportView):
            return self._report(entry)
        if isinstance(entry, SetConfig):
            self.config = entry.config
        elif isinstance(entry, SetAdviser):
            sha = entry.sha256 or ""
            self._memory.ask(sha, self._advisers(sha) if sha else None)
        elif isinstance(entry, Teaching):
            teach(entry, self._memory)
        elif not isinstance(entry, TouchAlerts):
            self._act(entry)
        return None

    def check(self, command: Teaching) -> None:
        """Raises: CommandError for what no person may do. `apply` passes it over in silence."""
        check(command, self._memory)

    def watch(self, watcher: Watcher) -> None:
        """Have the watcher shown what the adviser is, or could be, asked; it changes nothing."""
        self._memory.watcher = watcher

    def snapshot(self) -> bytes:
        """Return the whole state as bytes."""
        return checkpoint.pack(self.config, self.seq, self._memory)

    @classmethod
    def restore(cls, data: bytes, *, advisers: Advisers = nobody) -> OnlineClusterer:
        """Return a clusterer that goes on where `snapshot` was taken.

        Raises: CheckpointError if the bytes are damaged or of another version.
        """
        config, seq, memory = checkpoint.unpack(data)
        clusterer = cls(config, advisers=advisers)
        clusterer.seq, clusterer._memory = seq, memory
        if memory.profiles.sha:
            memory.adviser = advisers(memory.profiles.sha)
        return clusterer

    @classmethod
    def begin_after(cls, opened: int, seq: int, *, advisers: Advisers = nobody) -> OnlineClusterer:
        """Return one that remembers nothing but how many clusters were opened, and its place."""
        clusterer = cls(advisers=advisers)
        clusterer.seq, clusterer._memory.opened = seq, opened
        return clusterer

    def _act(self, command: Handling) -> None:
        cluster = self._memory.clusters.get(command.cluster)
        if cluster is None:
            return
        if isinstance(command, ResolveCluster):
            cluster.resolved_at = command.at
        elif isinstance(command, AcknowledgeCluster):
            cluster.acknowledged = True
        elif isinstance(command, UnacknowledgeCluster):
            cluster.acknowledged = False
        else:
            cluster.resolved_at = inf

    def _report(self, report: ReportView) -> Membership:
        memory = self._memory
        # Life safety overtakes other reports on its way, so it may not be seen by their rules.
        if not report.is_life_safety:
            memory.tick(report.at, self.config)
        alert = memory.alerts.get(report.alert_id)
        if alert is None or alert.is_forgotten(memory.clock, self.config):
            alert = memory.alerts[report.alert_id] = Alert(report.alert_id, report.at, report.at)
            memory.answers.pop(report.alert_id, None)
        elif report.is_touch:
            return self._keep(alert, report)
        elif report.signal is not Signal.FIRING:
            return self._end(alert, report)
        past = self._hear(alert, report)
        if stays(alert, past, report, memory, self.config):
            return self._repeat(alert, report)
        return self._begin_bout(alert, past, report)

    def _hear(self, alert: Alert, report: ReportView) -> SignalPast:
        is_news = report.signal is Signal.FIRING and not report.is_touch
        is_late = self._memory.is_late(report.at, self.config)
        if is_news and not (is_late or report.is_life_safety or self._is_resent(alert, report)):
            return self._memory.hear(report, self.config)
        return self._memory.pasts.get((report.alert_type, report.entity)) or SignalPast()

    def _is_resent(self, alert: Alert, report: ReportView) -> bool:
        """Whether it says again what is known to be so: no evidence of how often it happens."""
        return (
            alert.bouts > 0
            and alert.until > report.at
            and self._memory.is_resolved_by_senders(report.alert_type, self.config)
        )

    def _repeat(self, alert: Alert, report: ReportView) -> Membership:
        cluster = self._memory.clusters[alert.cluster]
        came_back = cluster.resolved_at <= report.at
        if came_back:
            cluster.resolved_at = inf
        cluster.stretch(report.at)
        alert.stretch(report.at)
        alert.hear(report.at, report.expires_at)
        answer = self._same_bout(alert)
        return replace(answer, came_back=True) if came_back else answer

    def _keep(self, alert: Alert, report: ReportView) -> Membership:
        """A touch says that a firing alert is still meant, and nothing else."""
        if report.signal is Signal.FIRING:
            alert.keep(report.expires_at)
        return self._same_bout(alert)

    def _end(self, alert: Alert, report: ReportView) -> Membership:
        """A resolve follows its alert wherever that went, and prolongs nothing."""
        is_news = report.signal is Signal.RESOLVED and not report.is_life_safety
        if is_news and alert.until > report.at >= alert.told_at:
            self._memory.note_end(report)
        alert.hear(report.at, report.at, report.settles_at)
        return self._same_bout(alert)

    def _same_bout(self, alert: Alert) -> Membership:
        """Answer that nothing changed; after a straggler, that the alert is back in its cluster."""
        answers = self._memory.answers
        is_back = alert.is_astray
        if is_back:
            alert.is_astray = False
            alert.bouts += 1
            alert.bout = alert.bouts
            answers.pop(alert.alert_id, None)
        answer = answers.get(alert.alert_id)
        if answer is None:
            cluster = self._memory.clusters.get(alert.cluster)
            answer = answers[alert.alert_id] = unchanged(alert, cluster)
        return replace(answer, opened_bout=True) if is_back else answer

    def _begin_bout(self, alert: Alert, past: SignalPast, report: ReportView) -> Membership:
        memory, config = self._memory, self.config
        memory.estate.note(report)
        decision = heed(decide(report, alert, past, memory, config), report, memory, config)
        if decision.joins is not None:
            cluster = decision.joins.cluster
        else:
            cluster = self._open(decision, report)
        for source in decision.merged:
            memory.merge(source, cluster)
        self._memory.index.add(cluster, (*decision.keys, *decision.tags))
        if decision.storm is not None:
            past.claimed = cluster.is_storm = True
            decision.storm.cluster = cluster.number
        self._memory.answers.pop(alert.alert_id, None)
        past.alert = alert.alert_id
        if decision.lane is Lane.OPEN:
            self._note_onset(decision, alert, cluster, report)
        if decision.lane is Lane.OPEN and report.signal is Signal.FIRING:
            self._learn(decision, alert, cluster, report)
            if memory.profiles.sha:
                memory.profiles.note(report, past.surprise, cluster.number)
        for key in decision.begins:
            memory.openings_of(key, report.at).add(report.at)
        bout = _enter(alert, cluster, report)
        return told(decision, cluster, bout, self.config.threshold)

    def _note_onset(
        self, decision: Decision, alert: Alert, cluster: Cluster, report: ReportView
    ) -> None:
        """Note what follows what; a problem of which only the end was heard came up as well."""
        is_onset = report.signal is Signal.FIRING or alert.bouts == 0
        if is_onset and not decision.goes_on:
            self._memory.follows.note(report, spot_of(report), cluster.number)

    def _learn(
        self, decision: Decision, alert: Alert, cluster: Cluster, report: ReportView
    ) -> None:
        """Note an onset for what it tells of those to come."""
        memory, alert_type = self._memory, report.alert_type
        if alert.bouts == 0:
            memory.note_beginning(report.site)
        if alert.bouts == 0 and memory.may_be_resolved_by_senders(alert_type, self.config):
            opened = decision.joins is None
            memory.faults.note(report, cluster.number, opened=opened, merges=memory.merges)
        if memory.is_held_for_resolved(report, self.config):
            for name in decision.ill:
                memory.ill[name] = IllPlace(cluster.number, report.at)

    def _open(self, decision: Decision, report: ReportView) -> Cluster:
        memory = self._memory
        cluster = Cluster(
            memory.opened + 1, decision.lane, report.at, report.at, report.at, [],
            signal=signal_of(report.alert_type, report.entity),
        )  # fmt: skip
        memory.open(cluster)
        if decision.lane is Lane.OPEN and decision.storm is None:
            for key in decision.keys:
                memory.openings_of(key, report.at).add(report.at)
        return cluster


def _enter(alert: Alert, cluster: Cluster, report: ReportView) -> int:
    """Begin a bout of the alert in the cluster and return its number."""
    cluster.stretch(report.at)
    if cluster.signal != (report.alert_type, report.entity):
        cluster.signal = None
    if report.site not in cluster.sites:
        cluster.sites = (*cluster.sites, report.site)
    is_new = alert.bouts == 0 or alert.alert_id not in cluster.members
    if is_new:
        cluster.add(alert.alert_id)
    if is_new or cluster.lane is Lane.DIGEST:
        cluster.active = max(cluster.active, report.at)
    alert.bouts += 1
    alert.is_astray = alert.bouts > 1 and report.at < alert.first
    if not alert.is_astray:
        alert.bout, alert.cluster = alert.bouts, cluster.number
        alert.first = alert.last = report.at
    if report.signal is Signal.FIRING:
        alert.hear(report.at, report.expires_at)
    else:
        alert.hear(report.at, report.at, report.settles_at)
    return alert.bouts
