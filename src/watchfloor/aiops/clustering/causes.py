"""Faults that explain a report, whatever the gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from watchfloor.aiops.clustering.candidates import Candidate, evidence, spot_of
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.faults import (
    ESTATE,
    Onset,
    Spread,
    domains_of,
    may_break_out,
    outbreak,
    poisson_surprise,
    speed,
)
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.state import Cluster
from watchfloor.aiops.types import Seconds


@dataclass(frozen=True, slots=True)
class Fault:
    """A cluster that a report is part of by a fault, and what that tells of others."""

    joins: Candidate
    ill: tuple[str, ...]
    """Domains that the fault is in."""
    merges: tuple[Cluster, ...] = ()


def fault_of(report: ReportView, memory: Memory, config: ClusteringConfig) -> Fault | None:
    """The fault that the report is part of: one that breaks out, or spreads, or is at its place."""
    if not memory.may_be_resolved_by_senders(report.alert_type, config):
        return _at_ill_place(report, memory, config)
    around = _Around(report, memory, config)
    spreading = _spreading(around)
    first = next(spreading, None)
    if first is not None and len(around.known()) == 1:
        # Nothing to merge: the common case of a storm, and the quick one.
        return _spread(first, around)
    fault = _breaking_out(around)
    if fault is not None:
        return fault
    if first is not None:
        return _spread(max((first, *spreading), key=lambda one: one[0]), around)
    return _at_ill_place(report, memory, config)


class _Around:
    """What the report's type did of late in the domains around it, and which of that goes on.

    Most reports are part of no fault, which is told without looking at a single cluster: that is
    why clusters are looked up one by one, when they are asked for.
    """

    def __init__(self, report: ReportView, memory: Memory, config: ClusteringConfig) -> None:
        self.report, self.at = report, report.at
        self.memory, self.config = memory, config
        self.spreads: list[tuple[str, Spread]] = []
        self._holding: dict[int, Cluster | None] = {}
        is_known = memory.is_held_for_resolved(report, config)
        for name, spread in memory.faults.of(report):
            if name == ESTATE and not is_known:
                continue  # nothing joins them but the hour: too little, before the type is known
            spread.follow(memory.merged, memory.merges)
            self.spreads.append((name, spread))

    def holding(self, number: int) -> Cluster | None:
        """Return the cluster of that number if it still holds."""
        if number not in self._holding:
            cluster = self.memory.clusters.get(number)
            holds = cluster is not None and cluster.holds(self.at, self.memory.alerts, self.config)
            self._holding[number] = cluster if holds else None
        return self._holding[number]

    def is_elsewhere(self, cluster: Cluster) -> bool:
        """Whether its fault is in a failure domain that the report is not in."""
        return self.memory.estate.is_elsewhere(cluster.sites, self.report.site, self.config)

    def are_apart(self, fault: Cluster, other: Cluster) -> bool:
        """Whether the fault is in a failure domain that nothing of the other cluster is in."""
        estate = self.memory.estate
        return all(estate.is_elsewhere(fault.sites, site, self.config) for site in other.sites)

    def known(self) -> set[int]:
        """Return the clusters in question: those that hold, and the faults of other types here."""
        told = {onset.cluster for _, spread in self.spreads for onset in spread.recent}
        found = {number for number in told if self.holding(number) is not None}
        return found.union(_ill_around(self.report, self.memory, self.config))


def _breaking_out(around: _Around) -> Fault | None:
    """What is one fault as so much goes down at once, in the widest domain that is ill itself."""
    report, memory, config, at = around.report, around.memory, around.config, around.at
    widest: str | None = None
    parts: tuple[Cluster, ...] = ()
    sites: set[str] = set()
    things_inside = 0
    for name, spread in around.spreads:
        if not may_break_out(spread, at, config):
            continue
        live = {
            number
            for number in {onset.cluster for onset in spread.recent}
            if around.holding(number) is not None and not _is_spent(number, spread, at, memory)
        }
        down = [
            onset
            for onset in spread.recent
            if onset.cluster in live and onset.is_down(at, memory.alerts)
        ]
        window = outbreak(name, spread, at, down, config)
        if window is None:
            continue
        down = [onset for onset in down if onset.at >= at - window]
        things = len({onset.thing(name) for onset in down})
        expected = spread.expected(at, window, config)
        outside = poisson_surprise(things - things_inside, expected)
        needed = config.storm_surprise if name == ESTATE else config.storm_width
        if not things_inside or outside >= needed:
            widest, parts, things_inside = name, _mostly_of(down, spread, around), things
            sites = {onset.site for onset in down}
    if widest is None or not parts:
        return None
    parts = _with_ill(widest, parts, at, memory, config)
    joins = Candidate(parts[0], 1.0, (("outbreak", 1.0),))
    return Fault(joins, (*_up_to(widest, report), *sorted(sites)), parts[1:])


def _is_spent(number: int, spread: Spread, at: Seconds, memory: Memory) -> bool:
    """Whether it brought several things down and then no more: what comes now is something else."""
    onsets = [onset for onset in spread.recent if onset.cluster == number]
    return len(onsets) > 2 and speed(onsets, at, memory.alerts) == 0.0


def _mostly_of(down: list[Onset], spread: Spread, around: _Around) -> tuple[Cluster, ...]:
    """The clusters of the onsets, oldest first, that hold little else and can be one.

    What the cluster of most of the onsets cannot reach goes down for a reason of its own.
    """
    counts = Counter(onset.cluster for onset in down)
    most = around.holding(max(counts, key=lambda number: (counts[number], -number), default=0))
    found = []
    for number in sorted(counts):
        cluster = around.holding(number)
        told = sum(onset.cluster == number for onset in spread.recent)
        is_part = cluster is not None and 2 * told >= len(cluster.members)
        if cluster is None or not is_part or around.is_elsewhere(cluster):
            continue
        if most is None or not around.are_apart(most, cluster):
            found.append(cluster)
    return tuple(found)


def _with_ill(
    name: str, parts: tuple[Cluster, ...], at: Seconds, memory: Memory, config: ClusteringConfig
) -> tuple[Cluster, ...]:
    """With the fault of another type that broke out there just before: the two are one."""
    ill = memory.ill.get(name)
    cluster = memory.cluster(ill.cluster) if ill else None
    if ill is None or cluster is None or at > ill.at + config.outbreak_pause:
        return parts
    if not cluster.holds(at, memory.alerts, config):
        return parts
    found = {part.number: part for part in (*parts, cluster)}
    return tuple(found[number] for number in sorted(found))


_Spreading = tuple[float, str, Cluster]
"""How sure it is, in which domain, and the fault's cluster."""


def _spreading(around: _Around) -> Iterator[_Spreading]:
    """Yield the faults that bring down things so fast that the report is hardly chance."""
    at, alerts, config = around.at, around.memory.alerts, around.config
    for name, spread in around.spreads:
        for number in spread.shared:
            cluster = around.holding(number)
            if cluster is None or around.is_elsewhere(cluster):
                continue
            onsets = [one for one in spread.recent if one.cluster == number]
            pace = speed(onsets, at, alerts)
            if around.report.site not in cluster.sites:
                # It reaches other sites more slowly than it goes through the one that it is in.
                pace *= len({one.site for one in onsets}) / len({one.entity for one in onsets})
            if pace / (pace + spread.least_rate(at, config)) < config.threshold:
                continue
            score = pace / (pace + spread.rate(at, config))
            if score >= config.threshold:
                yield score, name, cluster


def _spread(found: _Spreading, around: _Around) -> Fault:
    score, name, cluster = found
    report = around.report
    ill = (*_up_to(name, report), *_already_ill(report, cluster.number, around.memory))
    return Fault(evidence(cluster, "fault_spreads", score), ill)


def _ill_around(report: ReportView, memory: Memory, config: ClusteringConfig) -> Iterator[int]:
    """The faults that another type may have in the report's domains just now."""
    for name in domains_of(report):
        ill = memory.ill.get(name)
        if ill is not None and report.at <= ill.at + config.outbreak_pause:
            yield memory.merged.get(ill.cluster, ill.cluster)


def _already_ill(report: ReportView, number: int, memory: Memory) -> Iterator[str]:
    """The report's domains in which that fault is known to be."""
    for name in domains_of(report):
        ill = memory.ill.get(name)
        if ill is not None and memory.merged.get(ill.cluster, ill.cluster) == number:
            yield name


def _at_ill_place(report: ReportView, memory: Memory, config: ClusteringConfig) -> Fault | None:
    """The fault at the report's own site or device, while it goes on and little is chance there."""
    for name in _narrow_domains(report):
        ill = memory.ill.get(name)
        cluster = memory.cluster(ill.cluster) if ill else None
        if ill is None or cluster is None or not cluster.holds(report.at, memory.alerts, config):
            continue
        gap = max(report.at - ill.at, 0.0)
        chance = memory.follows.chance(report.alert_type, spot_of(report), report.at)
        spread = memory.faults.spreads.get((report.alert_type, name))
        if spread is not None:
            chance = max(chance, spread.rate(report.at, config))
        score = 1.0 - chance * gap
        if score >= config.threshold and gap <= config.refire:
            return Fault(evidence(cluster, "ill_place", score), _up_to(name, report))
    return None


def _narrow_domains(report: ReportView) -> Iterator[str]:
    """The domains below the site, and the site: what is wider is ill elsewhere too."""
    for name in domains_of(report):
        if name in (ESTATE, report.site) or name.endswith(":" + report.site):
            break
        yield name
    if report.site:
        yield report.site


def _up_to(name: str, report: ReportView) -> tuple[str, ...]:
    """The report's domains up to one of them, and its site by its own name."""
    names = domains_of(report)
    return (report.site, *names[: names.index(name) + 1]) if name in names else (report.site,)
