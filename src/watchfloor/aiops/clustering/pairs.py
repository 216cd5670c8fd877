"""A report beside a cluster that it could join, in numbers that name nothing.

Every number is relative: to the rhythm of the place, to the caps, to what is ordinary; but for the
distance, since weather and mains are no smaller on a smaller estate. Renaming all sites, things and
types changes none, so that what was learned of some is true of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log, log2, nan

from watchfloor.aiops.clustering.background import SignalPast
from watchfloor.aiops.clustering.candidates import Candidate, spot_of, thing_of
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.profiles import Told, words_of
from watchfloor.aiops.clustering.state import Cluster, Lane
from watchfloor.aiops.clustering.storms import failure_domains
from watchfloor.aiops.correlation.vicinity import kilometres
from watchfloor.aiops.ml.schema import Feature, FeatureSchema
from watchfloor.aiops.types import Seconds

SCHEMA = FeatureSchema(
    version=1,
    features=(
        Feature("rules_score", "share", 1),
        Feature("same_thing", "0 or 1", 1),
        Feature("same_site", "0 or 1"),
        Feature("shared_domains", "share of the report's", 1),
        Feature("nearest_domain", "steps up from the thing; unknown if none"),
        Feature("distance", "km to the nearest of the cluster's alerts; unknown if none", -1),
        Feature("follows", "share", 1),
        Feature("same_type", "share of the cluster's alerts"),
        Feature("text", "share of rarity in common", 1),
        Feature("gap_in_rhythm", "coincidences to be expected", -1),
        Feature("gap", "share of the idle gap", -1),
        Feature("age", "share of the span cap"),
        Feature("size", "doublings"),
        Feature("pace", "nats above the place's own"),
        Feature("severity_step", "levels above the cluster's worst"),
        Feature("surprise", "nats"),
        Feature("cluster_surprise", "nats"),
        Feature("hours_heard", "share of a day"),
        Feature("still_firing", "share of the cluster's alerts"),
        Feature("storm", "0 or 1"),
        Feature("rivals", "doublings"),
        Feature("sender_ends", "0 or 1"),
    ),
)
RULES_SCORE = SCHEMA.names.index("rules_score")
MOST = 12
"""Candidates looked at for one report."""
_LEAST_SCORE = -8.0
_MOST_COINCIDENCES = 1000.0
_MINUTE: Seconds = 60.0


def candidates(
    report: ReportView, near: Sequence[Candidate], memory: Memory, config: ClusteringConfig
) -> list[Candidate]:
    """Return what the report could join: what the rules saw, then what else still holds nearby."""
    profiles, found = memory.profiles.clusters, {}
    for one in near:
        if one.cluster.number in profiles and one.cluster.lane is Lane.OPEN:
            found[one.cluster.number] = one
    for name in failure_domains(report):
        for cluster in memory.index.newest(f"domain:{name}", config.candidates):
            if len(found) >= MOST:
                return list(found.values())
            if cluster.number not in found and _may_take(cluster, report, memory, config):
                found[cluster.number] = Candidate(cluster, _LEAST_SCORE, ())
    return list(found.values())


def _may_take(
    cluster: Cluster, report: ReportView, memory: Memory, config: ClusteringConfig
) -> bool:
    return (
        cluster.number in memory.profiles.clusters
        and cluster.lane is Lane.OPEN
        and not cluster.is_storm
        and (
            cluster.takes(report.at, memory.alerts, config)
            or cluster.holds(report.at, memory.alerts, config)
        )
        and cluster.spans(report.at, config.span_cap)
    )


class Pairs:
    """One report, and what is the same for all candidates beside it."""

    def __init__(
        self, report: ReportView, past: SignalPast, memory: Memory, config: ClusteringConfig
    ) -> None:
        self._report, self._memory, self._config = report, memory, config
        self._thing, self._site = f"thing:{thing_of(report)}", f"site:{report.site}"
        self._domains = [f"domain:{name}" for name in failure_domains(report)]
        self._words = words_of(report.message)
        self._follows = memory.follows.explained(report, spot_of(report))
        openings = memory.openings_of(self._site, report.at, keep=False)
        self._rate = openings.rate(report.at, config.site_quiet)
        self._surprise = float(past.surprise)
        self._hours = past.active_hours(report.at) / 24.0
        self._ends = float(memory.is_resolved_by_senders(report.alert_type, config))

    def rows(self, found: Sequence[Candidate]) -> list[list[float]]:
        """Return a row of `SCHEMA` for each candidate."""
        rivals = log2(1.0 + len(found))
        return [self._row(one, rivals) for one in found]

    def _row(self, candidate: Candidate, rivals: float) -> list[float]:
        cluster = candidate.cluster
        told = self._memory.profiles.clusters[cluster.number]
        keys = set(cluster.keys)
        levels = [level for level, name in enumerate(self._domains) if name in keys]
        gap = cluster.gap(self._report.at)
        age = max(self._report.at, cluster.last) - cluster.first
        return [
            max(candidate.score, _LEAST_SCORE),
            float(self._thing in keys),
            float(self._site in keys),
            len(levels) / len(self._domains) if self._domains else 0.0,
            float(levels[0]) if levels else nan,
            self._distance(told),
            self._follows.get(cluster.number, 0.0),
            _share(one.alert_type == self._report.alert_type for one in told),
            self._likeness(told),
            min(gap * self._rate, _MOST_COINCIDENCES),
            gap / self._config.idle_gap,
            age / self._config.span_cap,
            log2(1.0 + len(cluster.members)),
            log(len(cluster.members) / (max(age, _MINUTE) * self._rate)),
            float(self._report.severity - max(one.severity for one in told)),
            self._surprise,
            max(one.surprise for one in told),
            self._hours,
            _share(self._fires(one) for one in told),
            float(cluster.is_storm),
            rivals,
            self._ends,
        ]

    def _distance(self, told: Sequence[Told]) -> float:
        here = self._report.position
        if here is None:
            return nan
        there = {one.position for one in told if one.position is not None}
        return min((kilometres(here, one) for one in there), default=nan)

    def _likeness(self, told: Sequence[Told]) -> float:
        likeness = self._memory.profiles.likeness
        different = dict.fromkeys(one.words for one in told)
        return max(likeness(self._words, words) for words in different)

    def _fires(self, one: Told) -> bool:
        alert = self._memory.alerts.get(one.alert)
        return alert is not None and alert.until > self._report.at


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values)
