"""Where a bout belongs, and why: life safety, late, kept, chatter, storm, or what is near."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.aiops.clustering.background import WINDOW, SignalPast
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.faults import Spread, intensity, outbreak, poisson_surprise
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.state import Alert, Cluster, Lane
from watchfloor.aiops.clustering.storms import DomainWeather, failure_domains
from watchfloor.aiops.types import Seconds


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cluster that a report could join. The weights of the features add up to the score."""

    cluster: Cluster
    score: float
    features: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with a new bout."""

    lane: Lane
    keys: tuple[str, ...]
    """Under which the cluster is to be found from now on."""
    joins: Candidate | None
    others: tuple[Candidate, ...] = ()
    """What else is near, best first."""
    storm: DomainWeather | None = None
    reason: str = ""
    """Why a cluster of its own, where that is not for want of a near one."""
    merges: tuple[Cluster, ...] = ()
    """What is one with the cluster that it joins."""

    @property
    def nearest(self) -> Candidate | None:
        return self.others[0] if self.others else None


def decide(
    report: ReportView, alert: Alert, past: SignalPast, memory: Memory, config: ClusteringConfig
) -> Decision:
    """Return where a new bout of the alert belongs."""
    if report.is_life_safety:
        return _alone(report, memory, config)
    if memory.is_late(report.at, config):
        return _pool(Lane.LATE, f"late:{_spot(report)}", "late", report, memory, config)
    others = tuple(_near(report, memory, config))
    kept = _kept(report, alert, past, memory, config)
    if kept is not None:
        return _decision(report, kept, others)
    fault = _fault(report, memory, config)
    if fault is not None:
        rest = tuple(c for c in others if c.cluster is not fault[0].cluster)
        return Decision(Lane.OPEN, blocking_keys(report), fault[0], rest, merges=fault[1])
    if past.is_chatter(report.at, config):
        steady = past.is_steady(report.at, config)
        key = (
            f"steady:{report.alert_type}\n{_thing(report)}"
            if steady
            else f"chatter:{_spot(report)}"
        )
        return _pool(Lane.DIGEST, key, key.partition(":")[0], report, memory, config)
    storm = memory.weather.storm(report, config)
    if storm is not None:
        name, domain = storm
        return _decision(report, _storm(name, domain, report, memory, config), others, domain)
    joins = others[0] if others and others[0].score >= config.threshold else None
    return _decision(report, joins, others)


def blocking_keys(report: ReportView) -> tuple[str, ...]:
    """Return the keys under which related clusters are found, nearest first."""
    keys = [f"thing:{_thing(report)}"]
    if report.site:
        keys.append(f"site:{report.site}")
    return (*keys, *(f"domain:{name}" for name in failure_domains(report)))


def _thing(report: ReportView) -> str:
    return report.entity or report.site or report.alert_type


def _spot(report: ReportView) -> str:
    return report.site or _thing(report)


def _decision(
    report: ReportView,
    joins: Candidate | None,
    others: tuple[Candidate, ...],
    storm: DomainWeather | None = None,
) -> Decision:
    rest = tuple(c for c in others if joins is None or c.cluster is not joins.cluster)
    return Decision(Lane.OPEN, blocking_keys(report), joins, rest, storm, "storm" if storm else "")


def _alone(report: ReportView, memory: Memory, config: ClusteringConfig) -> Decision:
    """Life safety: a cluster of its own, with what rages around it to be named beside it."""
    others = _near(report, memory, config)
    storm = memory.weather.storm(report, config)
    around = memory.cluster(storm[1].cluster) if storm else None
    if around is not None:
        others.insert(0, Candidate(around, 1.0, (("storm", 1.0),)))
    return Decision(Lane.LIFE_SAFETY, (), None, tuple(others), reason="life_safety")


def _pool(
    lane: Lane, key: str, name: str, report: ReportView, memory: Memory, config: ClusteringConfig
) -> Decision:
    """A cluster that gathers everything of its kind and nothing else."""
    for cluster in memory.index.newest(key, config.candidates):
        if cluster.takes(report.at, memory.alerts, config):
            return Decision(lane, (key,), _weigh(cluster, name, lane.gap(config), report, config))
    return Decision(lane, (key,), None, reason=name)


def _kept(
    report: ReportView, alert: Alert, past: SignalPast, memory: Memory, config: ClusteringConfig
) -> Candidate | None:
    """Where senders resolve, a problem keeps its cluster while it fires, and when it flaps."""
    before = alert if alert.bouts else memory.alerts.get(past.alert, alert)
    cluster = memory.cluster(before.cluster)
    if cluster is None or not memory.resolves_itself(report, config):
        return None
    heard = before.last if before.until > report.at else before.until
    keeps = (
        cluster.lane is Lane.OPEN
        and report.at <= heard + config.refire
        and report.at < cluster.resolved_at
        and cluster.spans(report.at, config.reentry_cap)
    )
    name = "unresolved" if before.until > report.at else "flapping"
    return Candidate(cluster, 1.0, ((name, 1.0),)) if keeps else None


def _storm(
    name: str, domain: DomainWeather, report: ReportView, memory: Memory, config: ClusteringConfig
) -> Candidate | None:
    cluster = memory.cluster(domain.cluster)
    if cluster is None or not cluster.takes(report.at, memory.alerts, config):
        cluster = _seed(f"domain:{name}", report, memory, config)
    if cluster is None:
        return None
    late = config.coincidence * max(report.at - domain.stormy_at, 0.0) / config.storm_hold
    return Candidate(cluster, 1.0 - late, (("storm", 1.0), ("time_gap", -late)))


def _fault(
    report: ReportView, memory: Memory, config: ClusteringConfig
) -> tuple[Candidate, tuple[Cluster, ...]] | None:
    """The fault that explains the report by how fast it spreads, and what is one with it."""
    if not memory.resolves_itself(report, config):
        return None
    best: Candidate | None = None
    ill: tuple[Cluster, ...] = ()
    inner = 0
    for name, spread in memory.faults.of(report):
        spread.moved(memory.merged)
        clusters = {o.cluster: memory.clusters.get(o.cluster) for o in spread.recent}
        holding = {n: c for n, c in clusters.items() if c and c.holds(report.at, memory.alerts, config)}
        chance = spread.rate(report.at, config)
        for number, cluster in holding.items():
            speed = intensity((o for o in spread.recent if o.cluster == number), report.at)
            score = speed / (speed + chance)
            if score >= config.threshold and (best is None or score > best.score):
                best = Candidate(cluster, score, (("fault_spreads", 1.0), ("chance", score - 1.0)))
        found = outbreak(spread, report.at, set(holding), config)
        things = {o.entity for o in spread.recent if o.at >= report.at - found[1] and o.cluster in holding}
        outside = poisson_surprise(len(things) - inner, spread.expected(report.at, found[1], config))
        if found[0] >= config.storm_surprise and (inner == 0 or outside >= config.storm_width):
            inner = len(things)
            in_window = {o.cluster for o in spread.recent if o.at >= report.at - found[1]}
            ill = tuple(c for n, c in sorted(holding.items()) if n in in_window and _is_mostly(c, spread))
    if ill:
        into = ill[0]
        return Candidate(into, 1.0, (("outbreak", 1.0),)), ill[1:]
    return (best, ()) if best is not None else None


def _is_mostly(cluster: Cluster, spread: Spread) -> bool:
    return 2 * sum(o.cluster == cluster.number for o in spread.recent) >= len(cluster.members)


def _seed(key: str, report: ReportView, memory: Memory, config: ClusteringConfig) -> Cluster | None:
    """The oldest of the clusters in which a storm that is only now seen has begun."""
    begun = [
        cluster
        for cluster in memory.index.newest(key, config.candidates)
        if cluster.lane is Lane.OPEN
        and cluster.first >= report.at - 2 * WINDOW
        and cluster.takes(report.at, memory.alerts, config)
    ]
    return min(begun, key=lambda cluster: cluster.number, default=None)


def _near(report: ReportView, memory: Memory, config: ClusteringConfig) -> list[Candidate]:
    """Clusters of the same thing, site or failure domain that may take it, best first."""
    found: dict[int, Candidate] = {}
    for key in blocking_keys(report):
        kind = key.partition(":")[0]
        gap = _kinship(key, kind, report, memory, config)
        for cluster in memory.index.newest(key, config.candidates):
            if cluster.number in found or (cluster.is_storm and kind != "thing"):
                continue
            if cluster.takes(report.at, memory.alerts, config):
                found[cluster.number] = _weigh(cluster, f"same_{kind}", gap, report, config)
    return sorted(found.values(), key=lambda c: (-c.score, c.cluster.number))


def _kinship(
    key: str, kind: str, report: ReportView, memory: Memory, config: ClusteringConfig
) -> Seconds:
    """The gap within which a coincidence is as rare as asked for."""
    openings = memory.openings_of(key, report.at, keep=not report.is_life_safety)
    prior = config.entity_quiet if kind == "thing" else config.site_quiet
    gap = config.coincidence / openings.rate(report.at, prior)
    if kind == "thing":
        return min(max(gap, config.entity_gap_least), config.idle_gap)
    if kind == "site":
        return min(max(gap, config.site_gap_least), config.site_gap_most)
    return min(gap, config.domain_gap_most)


def _weigh(
    cluster: Cluster, name: str, gap: Seconds, report: ReportView, config: ClusteringConfig
) -> Candidate:
    off = config.coincidence * cluster.gap(report.at) / gap
    return Candidate(cluster, 1.0 - off, ((name, 1.0), ("time_gap", -off)))
