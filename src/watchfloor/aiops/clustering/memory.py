"""Everything the clusterer remembers of one tenant, and what it may forget."""

from __future__ import annotations

from math import inf

from watchfloor.aiops.clustering.background import WINDOW, Newcomers, Openings, SignalPast
from watchfloor.aiops.clustering.config import DAY, ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.index import BlockingIndex
from watchfloor.aiops.clustering.state import Alert, Cluster
from watchfloor.aiops.clustering.storms import Weather
from watchfloor.aiops.types import Seconds

SILENCE_FORGOTTEN: Seconds = 7 * DAY
"""A signal not heard for so long is new when it comes again."""
_SWEEP_AT_LEAST = 256


class Memory:
    """The state between two entries of the log."""

    def __init__(self) -> None:
        self.clock: Seconds = -inf
        """The newest event time seen."""
        self.opened = 0
        """Clusters opened so far; the number of the newest."""
        self.alerts: dict[str, Alert] = {}
        self.clusters: dict[int, Cluster] = {}
        self.index = BlockingIndex()
        self.pasts: dict[tuple[str, str], SignalPast] = {}
        self.newcomers: dict[str, Newcomers] = {}
        self.openings: dict[str, Openings] = {}
        self.weather = Weather()
        self.resolves: dict[str, int] = {}
        """How often an alert of a type was resolved by its sender."""
        self.sweep_at = _SWEEP_AT_LEAST
        """The number of things held at which to look for what can be forgotten."""

    def is_late(self, at: Seconds, config: ClusteringConfig) -> bool:
        """Whether a report of `at` comes too late to land as if in order."""
        return at < self.clock - config.grace

    def hear(self, report: ReportView, config: ClusteringConfig) -> SignalPast:
        """Take a firing report into the background and return the past of its signal."""
        key = (report.alert_type, report.entity)
        past = self.pasts.get(key)
        is_new = past is None
        if past is None:
            past = self.pasts[key] = SignalPast()
        window = int(report.at // WINDOW)
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
            site = self.newcomers[report.site] = Newcomers(report.at)
        past.surprise = site.surprise(past, report.at)
        if not report.is_life_safety:
            self.weather.note(report, past.surprise, window, config)
        if is_new and self.weather.storm(report, config) is None:
            site.seen.add(report.at)

    def open(self, cluster: Cluster) -> None:
        """Keep a new cluster."""
        self.opened = cluster.number
        self.clusters[cluster.number] = cluster

    def openings_of(self, key: str, at: Seconds) -> Openings:
        """Return how often bouts begin under a blocking key."""
        openings = self.openings.get(key)
        if openings is None:
            openings = self.openings[key] = Openings(at)
        return openings

    def sweep_if_due(self, config: ClusteringConfig) -> None:
        """Forget what nothing can come back to, each time that the memory has doubled."""
        if self._held() < self.sweep_at:
            return
        self._forget_clusters(config)
        self.alerts = {
            key: alert
            for key, alert in self.alerts.items()
            if not alert.is_forgotten(self.clock, config)
        }
        self._forget_background()
        self.sweep_at = max(_SWEEP_AT_LEAST, 2 * self._held())

    def _held(self) -> int:
        return len(self.alerts) + len(self.clusters) + len(self.pasts)

    def _forget_clusters(self, config: ClusteringConfig) -> None:
        spent = [c for c in self.clusters.values() if c.is_spent(self.clock, config)]
        for cluster in spent:
            del self.clusters[cluster.number]
            self.index.discard(cluster)

    def _forget_background(self) -> None:
        since = self.clock - SILENCE_FORGOTTEN
        first = int(since // WINDOW)
        self.pasts = {key: past for key, past in self.pasts.items() if past.window >= first}
        self.openings = {key: one for key, one in self.openings.items() if one.seen.at >= since}
        self.weather.forget(lambda domain: domain.window >= first)
