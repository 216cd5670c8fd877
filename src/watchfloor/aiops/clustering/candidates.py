"""What a report could join, and what is decided about it."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.state import Cluster, Lane
from watchfloor.aiops.clustering.storms import DomainWeather, failure_domains


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A cluster that a report could join. The weights of the features add up to the score."""

    cluster: Cluster
    score: float
    features: tuple[tuple[str, float], ...]
    threshold: float | None = None
    """The score from which on this evidence joins, where that is not the configuration's."""


class Decision(msgspec.Struct, frozen=True, gc=False):
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
    """What turns out to be one with the cluster that it joins."""
    recurs: Cluster | None = None
    """The cluster that the one to be opened carries on: closed, and the two are one problem."""
    ill: tuple[str, ...] = ()
    """Domains in which the fault that it joins is now known to be."""

    begins: tuple[str, ...] = ()
    """Keys under which something begins by itself, although a digest takes it in."""
    goes_on: bool = False
    """It is a known problem that goes on, or flaps: no onset of something else."""
    tags: tuple[str, ...] = ()
    """Under which lessons find the cluster from now on."""
    decided_by: str = "rules"

    @property
    def merged(self) -> tuple[Cluster, ...]:
        """What the cluster takes over, by whichever reason."""
        return (self.recurs,) if self.joins is None and self.recurs is not None else self.merges

    @property
    def nearest(self) -> Candidate | None:
        return self.others[0] if self.others else None


def evidence(
    cluster: Cluster, name: str, score: float, threshold: float | None = None
) -> Candidate:
    """Return a candidate for one reason, weakened by how likely it is mere chance."""
    return Candidate(cluster, score, ((name, 1.0), ("chance", score - 1.0)), threshold)


def blocking_keys(report: ReportView) -> tuple[str, ...]:
    """Return the keys under which related clusters are found, nearest first."""
    return _blocking_keys(thing_of(report), report.site, failure_domains(report))


@lru_cache(maxsize=1024)
def _blocking_keys(thing: str, site: str, domains: tuple[str, ...]) -> tuple[str, ...]:
    """Asked for more than once for a report; the same strings again save memory where kept."""
    at_site = (f"site:{site}",) if site else ()
    return (f"thing:{thing}", *at_site, *(f"domain:{name}" for name in domains))


def thing_of(report: ReportView) -> str:
    return report.entity or report.site or report.alert_type


def spot_of(report: ReportView) -> str:
    return report.site or thing_of(report)
