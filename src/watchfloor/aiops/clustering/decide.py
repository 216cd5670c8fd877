"""Where a bout belongs, and why: the first of the reasons that holds, in order of certainty."""

from __future__ import annotations

from msgspec.structs import replace

from watchfloor.aiops.clustering.again import kept, recurring, still_open
from watchfloor.aiops.clustering.background import WINDOW, Openings, SignalPast
from watchfloor.aiops.clustering.candidates import (
    Candidate,
    Decision,
    blocking_keys,
    spot_of,
)
from watchfloor.aiops.clustering.causes import Fault, fault_of
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.consequences import aftermath, following
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.learned import advised
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.state import Alert, Cluster, Lane
from watchfloor.aiops.clustering.storms import DomainWeather
from watchfloor.aiops.types import Seconds, Signal


def decide(
    report: ReportView, alert: Alert, past: SignalPast, memory: Memory, config: ClusteringConfig
) -> Decision:
    """Return where a new bout of the alert belongs."""
    if report.is_life_safety:
        return _alone(report, memory, config)
    if memory.is_late(report.at, config):
        return _pool(Lane.LATE, f"late:{spot_of(report)}", "late", report, memory, config)
    others = tuple(_near(report, memory, config))
    keeps = kept(report, alert, past, memory, config)
    if keeps is not None:
        return replace(_decision(report, keeps, others), goes_on=True)
    # An end heard of before its beginning tells of a problem, but nothing went down just now.
    fault = fault_of(report, memory, config) if report.signal is Signal.FIRING else None
    if fault is not None:
        decision = _decision(report, fault.joins, others)
        also = _of_the_same_thing(fault, others, config)
        return replace(decision, merges=(*fault.merges, *also), ill=fault.ill)
    again = recurring(report, alert, past, memory, config)
    if again is not None:
        return replace(_decision(report, None, others), reason="recurs", recurs=again)
    is_state = memory.is_held_for_resolved(report, config)
    if not is_state and past.is_chatter(report.at, config):
        return _chatter(report, past, memory, config)
    storm = memory.weather.storm(report, config)
    if storm is not None and not is_state:
        name, domain = storm
        return _decision(report, _storm(name, domain, report, memory, config), others, domain)
    follows = following(report, memory, config)
    near = others[0] if others and others[0].score >= config.threshold else None
    if follows is None and near is None:
        known = _known(report, past, others, memory, config)
        if known is not None:
            return known
    return advised(_decision(report, follows or near, others), report, past, memory, config)


def _decision(
    report: ReportView,
    joins: Candidate | None,
    others: tuple[Candidate, ...],
    storm: DomainWeather | None = None,
) -> Decision:
    rest = tuple(c for c in others if joins is None or c.cluster is not joins.cluster)
    return Decision(Lane.OPEN, blocking_keys(report), joins, rest, storm, "storm" if storm else "")


def _of_the_same_thing(
    fault: Fault, others: tuple[Candidate, ...], config: ClusteringConfig
) -> tuple[Cluster, ...]:
    """Where the thing went down just before, if nothing is nearer: no two faults meet in it."""
    near = others[0] if others else None
    if near is None or near.score < config.threshold or near.features[0][0] != "same_thing":
        return ()
    is_known = near.cluster is fault.joins.cluster or near.cluster in fault.merges
    return () if is_known or near.cluster.lane is not Lane.OPEN else (near.cluster,)


def _alone(report: ReportView, memory: Memory, config: ClusteringConfig) -> Decision:
    """Life safety: a cluster of its own, with what rages around it to be named beside it."""
    others = _near(report, memory, config)
    storm = memory.weather.storm(report, config)
    around = memory.cluster(storm[1].cluster) if storm else None
    if around is not None:
        others.insert(0, Candidate(around, 1.0, (("storm", 1.0),)))
    return Decision(Lane.LIFE_SAFETY, (), None, tuple(others), reason="life_safety")


def _known(
    report: ReportView,
    past: SignalPast,
    others: tuple[Candidate, ...],
    memory: Memory,
    config: ClusteringConfig,
) -> Decision | None:
    """What nothing open explains: the end of something that is over, routine, or told before."""
    over = aftermath(report, memory, config)
    if over is not None:
        return replace(_decision(report, None, others), reason="aftermath", recurs=over)
    if memory.is_held_for_resolved(report, config):
        return None
    if past.is_routine(report.severity, report.at, config):
        decision = _pool(Lane.DIGEST, _digest(report), "routine", report, memory, config)
        # It counts as what begins here: or chance would look smaller, and unrelated things would
        # meet.
        return replace(decision, begins=blocking_keys(report))
    before = still_open(report, past, memory, config)
    if before is not None:
        return replace(_decision(report, None, others), reason="told_again", recurs=before)
    return None


def _chatter(
    report: ReportView, past: SignalPast, memory: Memory, config: ClusteringConfig
) -> Decision:
    """Chatter goes to a digest of its site; what is on most of the time gets a row of its own."""
    if past.is_steady(report.at, config):
        key, name = f"steady:{report.alert_type}\n{spot_of(report)}", "steady"
    else:
        key, name = _digest(report), "chatter"
    return _pool(Lane.DIGEST, key, name, report, memory, config)


def _digest(report: ReportView) -> str:
    return f"chatter:{spot_of(report)}"


def _pool(
    lane: Lane, key: str, name: str, report: ReportView, memory: Memory, config: ClusteringConfig
) -> Decision:
    """A cluster that gathers everything of its kind and nothing else."""
    for cluster in memory.index.newest(key, config.candidates):
        if cluster.takes(report.at, memory.alerts, config):
            return Decision(lane, (key,), _weigh(cluster, name, lane.gap(config), report, config))
    return Decision(lane, (key,), None, reason=name)


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


def _seed(key: str, report: ReportView, memory: Memory, config: ClusteringConfig) -> Cluster | None:
    """The oldest of the clusters in which a storm that is only now seen has begun."""
    begun = [
        cluster
        for cluster in memory.index.newest(key, config.candidates)
        if cluster.lane is Lane.OPEN
        and cluster.first >= report.at - 2 * WINDOW
        and cluster.takes(report.at, memory.alerts, config)
        and not memory.estate.is_elsewhere(cluster.sites, report.site, config)
    ]
    return min(begun, key=lambda cluster: cluster.number, default=None)


def _near(report: ReportView, memory: Memory, config: ClusteringConfig) -> list[Candidate]:
    """Clusters of the same thing, site or failure domain that may take it, best first."""
    found: dict[int, Candidate] = {}
    is_known = memory.is_held_for_resolved(report, config)
    for key in blocking_keys(report):
        kind = key.partition(":")[0]
        if is_known and kind == "domain":
            continue  # how such types spread in a domain is known better than by a gap
        openings = memory.openings_of(key, report.at, keep=not report.is_life_safety)
        for cluster in memory.index.newest(key, config.candidates):
            if cluster.number in found or (cluster.is_storm and kind != "thing"):
                continue
            if not cluster.takes(report.at, memory.alerts, config):
                continue
            gap = _kinship(openings, kind, report.at, config)
            near = _weigh(cluster, f"same_{kind}", gap, report, config)
            if kind != "domain" or _may_be_one(near, report, memory, config):
                found[cluster.number] = near
    return sorted(found.values(), key=lambda c: (-c.score, c.cluster.number))


def _may_be_one(
    near: Candidate, report: ReportView, memory: Memory, config: ClusteringConfig
) -> bool:
    """Whether what shares no more than a wider domain may be of one cause.

    What strikes several sites shows at each by the same sign; another sign there, in the same
    seconds, is a stranger: a gap alone tells nothing of what it is.
    """
    cluster, onsets = near.cluster, memory.follows
    if memory.estate.is_elsewhere(cluster.sites, report.site, config):
        return False
    return near.score < config.threshold or any(
        report.alert_type in onsets.types_in(cluster.number, site) for site in cluster.sites
    )


def _kinship(openings: Openings, kind: str, at: Seconds, config: ClusteringConfig) -> Seconds:
    """The gap within which a coincidence is as rare as asked for."""
    prior = config.entity_quiet if kind == "thing" else config.site_quiet
    gap = config.coincidence / openings.rate(at, prior)
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
