"""Everything the clusterer remembers of one tenant, and what it may forget."""

from __future__ import annotations

from math import inf

import msgspec

from watchfloor.aiops.clustering.background import (
    WINDOW,
    Newcomers,
    Openings,
    SignalPast,
    signal_of,
    window_of,
)
from watchfloor.aiops.clustering.config import DAY, ClusteringConfig
from watchfloor.aiops.clustering.estate import Estate
from watchfloor.aiops.clustering.faults import Faults, IllPlace, Spread
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.clustering.follows import Follows
from watchfloor.aiops.clustering.index import BlockingIndex
from watchfloor.aiops.clustering.link import LinkModel, Watcher
from watchfloor.aiops.clustering.profiles import Profiles
from watchfloor.aiops.clustering.state import Alert, Cluster
from watchfloor.aiops.clustering.storms import DomainWeather, Weather
from watchfloor.aiops.clustering.taught import Taught
from watchfloor.aiops.types import Seconds

SILENCE_FORGOTTEN: Seconds = 7 * DAY
"""A signal not heard for so long is new when it comes again."""
_SWEEP_AT_LEAST = 256


class State(msgspec.Struct, array_like=True):
    """What a checkpoint holds: all of it, and nothing that follows from the rest."""

    clock: Seconds = -inf
    """The newest event time seen."""
    began: Seconds = inf
    """The first event time that came."""
    opened: int = 0
    """Clusters opened so far; the number of the newest."""
    sweep_at: int = _SWEEP_AT_LEAST
    """The number of alerts and clusters at which to look for what can be forgotten."""
    forget_at: int = _SWEEP_AT_LEAST
    """The same for signals."""
    alerts: dict[str, Alert] = msgspec.field(default_factory=dict)
    clusters: dict[int, Cluster] = msgspec.field(default_factory=dict)
    pasts: dict[tuple[str, str], SignalPast] = msgspec.field(default_factory=dict)
    """By type and entity."""
    newcomers: dict[str, Newcomers] = msgspec.field(default_factory=dict)
    """By site."""
    openings: dict[str, Openings] = msgspec.field(default_factory=dict)
    """By blocking key."""
    domains: dict[str, DomainWeather] = msgspec.field(default_factory=dict)
    resolves: dict[str, int] = msgspec.field(default_factory=dict)
    """How often an alert of a type was resolved by its sender."""
    begun: dict[str, int] = msgspec.field(default_factory=dict)
    """How many alerts began, by site, and of all sites under no name."""
    ended: dict[str, int] = msgspec.field(default_factory=dict)
    """How many of them their senders resolved."""
    spreads: dict[tuple[str, str], Spread] = msgspec.field(default_factory=dict)
    """By type and failure domain."""
    follows: Follows = msgspec.field(default_factory=Follows)
    ill: dict[str, IllPlace] = msgspec.field(default_factory=dict)
    """By failure domain, the fault that was last known to be there."""
    merged: dict[int, int] = msgspec.field(default_factory=dict)
    """Clusters that turned out to be part of another, with that."""
    merges: int = 0
    """How many there were."""
    sites: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """By site, the failure domains that it is in beside others."""
    taught: Taught = msgspec.field(default_factory=Taught)
    profiles: Profiles = msgspec.field(default_factory=Profiles)


class Memory:
    """The state between two entries of the log, with what makes it quick to look up."""

    def __init__(self, state: State) -> None:
        self.clock = state.clock
        self.opened = state.opened
        self.began = state.began
        self.sweep_at = state.sweep_at
        self.forget_at = state.forget_at
        self.alerts = state.alerts
        self.clusters = state.clusters
        self.pasts = state.pasts
        self.newcomers = state.newcomers
        self.openings = state.openings
        self.weather = Weather(state.domains)
        self.resolves = state.resolves
        self.begun = state.begun
        self.ended = state.ended
        self.faults = Faults(state.spreads)
        self.follows = state.follows
        self.merged = state.merged
        self.merges = state.merges
        self.estate = Estate(state.sites)
        self.taught = state.taught
        self.profiles = state.profiles
        self.adviser: LinkModel | None = None
        """Follows from `profiles.sha`; a checkpoint does not hold it."""
        self.watcher: Watcher | None = None
        self.ill = state.ill
        self.index = BlockingIndex(self.clusters)
        self.answers: dict[str, Membership] = {}
        """By alert, the answer to another report of the same bout: it is asked for most."""

    def state(self) -> State:
        """Return what a checkpoint has to hold; not a copy."""
        return State(
            self.clock,
            self.began,
            self.opened,
            self.sweep_at,
            self.forget_at,
            self.alerts,
            self.clusters,
            self.pasts,
            self.newcomers,
            self.openings,
            self.weather.domains,
            self.resolves,
            self.begun,
            self.ended,
            self.faults.spreads,
            self.follows,
            self.ill,
            self.merged,
            self.merges,
            self.estate.sites,
            self.taught,
            self.profiles,
        )

    def is_late(self, at: Seconds, config: ClusteringConfig) -> bool:
        """Whether a report of `at` comes too late to land as if in order."""
        return at < self.clock - config.grace

    def is_resolved_by_senders(self, alert_type: str, config: ClusteringConfig) -> bool:
        """Whether senders were seen to say when alerts of the type are over."""
        return self.resolves.get(alert_type, 0) >= config.resolves_known

    def is_held_for_resolved(self, report: ReportView, config: ClusteringConfig) -> bool:
        """The same; of a type too little known, as most alerts of its site are, or of all sites."""
        if self.is_resolved_by_senders(report.alert_type, config):
            return True
        if self.follows.told.get(report.alert_type, 0.0) >= config.resolves_open:
            return False
        is_known = self.begun.get(report.site, 0) >= config.resolves_known
        where = report.site if is_known else ""
        ended = self.ended.get(where, 0)
        return ended > 0 and 3 * ended >= self.begun.get(where, 0)

    def note_beginning(self, site: str) -> None:
        """Count an alert that began at a site."""
        _count(self.begun, site)

    def note_end(self, report: ReportView) -> None:
        """Count an alert that its sender resolved."""
        self.resolves[report.alert_type] = self.resolves.get(report.alert_type, 0) + 1
        _count(self.ended, report.site)

    def may_be_resolved_by_senders(self, alert_type: str, config: ClusteringConfig) -> bool:
        """The same, or whether too little was seen to tell."""
        told = self.follows.told.get(alert_type, 0.0)
        return told < config.resolves_open or self.is_resolved_by_senders(alert_type, config)

    def tick(self, at: Seconds, config: ClusteringConfig) -> None:
        """Move on to the time of a report and forget what is over by then."""
        self.began = min(self.began, at)
        if at > self.clock:
            self.clock = at
            self._sweep_if_due(config)

    def hear(self, report: ReportView, config: ClusteringConfig) -> SignalPast:
        """Take a firing report into the background and return the past of its signal."""
        past = self.pasts.get((report.alert_type, report.entity))
        is_new = past is None
        if past is None:
            past = self.pasts[signal_of(report.alert_type, report.entity)] = SignalPast()
        window = window_of(report.at)
        if window > past.window >= 0 and not past.claimed:
            past.claimed = self.weather.was_on(report, past.window * WINDOW, config)
        if past.hear(window) and report.at >= self.clock - WINDOW:
            self._surprise(past, report, window, is_new, config)
        return past

    def _surprise(
        self,
        past: SignalPast,
        report: ReportView,
        window: int,
        is_new: bool,
        config: ClusteringConfig,
    ) -> None:
        site = self.newcomers.get(report.site)
        if site is None:
            site = self.newcomers[report.site] = Newcomers(0.0, report.at, self.began)
        past.surprise = site.surprise(past, report.at)
        self.weather.note(report, past.surprise, window, config)
        if is_new and self.weather.storm(report, config) is None:
            site.add(report.at)

    def ask(self, sha: str, adviser: LinkModel | None) -> None:
        """From here on ask this model, or none; what is known of open clusters stays with one."""
        self.adviser = adviser
        if not sha:
            self.profiles = Profiles()
        self.profiles.sha = sha

    def open(self, cluster: Cluster) -> None:
        """Keep a new cluster."""
        self.opened = cluster.number
        self.clusters[cluster.number] = cluster

    def cluster(self, number: int) -> Cluster | None:
        """Return a cluster by number, or what it was merged into, while it is remembered."""
        return self.clusters.get(self.merged.get(number, number))

    def merge(self, source: Cluster, into: Cluster) -> None:
        """Make one of two; alerts of the first begin a bout in the other by their next report."""
        for member in source.members:
            alert = self.alerts.get(member)
            if alert is not None and alert.cluster == source.number:
                alert.cluster, alert.is_astray = into.number, True
            self.answers.pop(member, None)
        self.taught.note_merge(source, into)
        self.profiles.merge(source.number, into.number)
        into.swallow(source)
        keys = source.keys
        self.index.discard(source)
        self.index.add(into, keys)
        del self.clusters[source.number]
        self.merged[source.number] = into.number
        self.merges += 1
        for older, root in self.merged.items():
            if root == source.number:
                self.merged[older] = into.number

    def openings_of(self, key: str, at: Seconds, *, keep: bool = True) -> Openings:
        """Return how often bouts begin under a blocking key; what is new is kept if asked to."""
        openings = self.openings.get(key)
        if openings is None:
            openings = Openings(0.0, at, at)
            if keep:
                self.openings[key] = openings
        return openings

    def _sweep_if_due(self, config: ClusteringConfig) -> None:
        """Forget what nothing can come back to, each time that the memory has doubled."""
        if len(self.alerts) + len(self.clusters) >= self.sweep_at:
            self._forget_clusters(config)
            self._forget_alerts(config)
            self.sweep_at = max(_SWEEP_AT_LEAST, 2 * (len(self.alerts) + len(self.clusters)))
        if len(self.pasts) >= self.forget_at:
            self._forget_background()
            self.forget_at = max(_SWEEP_AT_LEAST, 2 * len(self.pasts))

    def _forget_clusters(self, config: ClusteringConfig) -> None:
        closed = [c for c in self.clusters.values() if c.is_closed(self.clock, config)]
        for cluster in closed:
            self.index.discard(cluster)
            if cluster.is_spent(self.clock, self.alerts, config):
                del self.clusters[cluster.number]
        self.merged = {n: into for n, into in self.merged.items() if into in self.clusters}
        self.profiles.keep(self.clusters)
        self.ill = {name: i for name, i in self.ill.items() if self.cluster(i.cluster) is not None}

    def _forget_alerts(self, config: ClusteringConfig) -> None:
        gone = [key for key, a in self.alerts.items() if a.is_forgotten(self.clock, config)]
        for key in gone:
            del self.alerts[key]
        self.taught.forget(self.alerts, self.clusters)
        self.answers.clear()

    def _forget_background(self) -> None:
        since = self.clock - SILENCE_FORGOTTEN
        first = int(since // WINDOW)
        self.pasts = {key: past for key, past in self.pasts.items() if past.window >= first}
        self.openings = {key: one for key, one in self.openings.items() if one.at >= since}
        self.newcomers = {site: n for site, n in self.newcomers.items() if n.at >= since}
        self.weather.forget_before(first)
        self.faults.forget_before(since)
        self.follows.forget_before(since)


def _count(counts: dict[str, int], site: str) -> None:
    """Count one more at a site, and of all sites."""
    counts[""] = counts.get("", 0) + 1
    if site:
        counts[site] = counts.get(site, 0) + 1
