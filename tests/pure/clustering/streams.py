"""Streams of reports to feed a clusterer with."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import (
    AcknowledgeCluster,
    ReopenCluster,
    ResolveCluster,
    SetConfig,
    UnacknowledgeCluster,
)
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.clustering.log import Entry
from watchfloor.aiops.types import Severity, Signal

START = 1_700_000_000.0


def make_report(minute: float = 0.0, **said: Any) -> ReportView:
    """One report; its alert is named after its type and entity unless said otherwise."""
    alert_type = said.setdefault("alert_type", "OFFLINE")
    site = said.setdefault("site", "alpha")
    entity = said.setdefault("entity", f"{site}-camera")
    said.setdefault("alert_id", f"{alert_type}@{entity}")
    said.setdefault("domains", (site,))
    said.setdefault("signal", Signal.FIRING)
    said.setdefault("report_id", f"{said['alert_id']}/{minute}")
    return ReportView(at=START + 60.0 * minute, **said)


def cluster_all(entries: list[Entry], **config: Any) -> list[Membership | None]:
    clusterer = OnlineClusterer(ClusteringConfig(**config))
    return [clusterer.apply(entry) for entry in entries]


@st.composite
def reports(draw: st.DrawFn) -> ReportView:
    site = draw(st.sampled_from(["alpha", "beta", ""]))
    entity = draw(st.sampled_from(["door", "camera", "switch"]))
    alert_type = draw(st.sampled_from(["OFFLINE", "TAMPER", "PANIC"]))
    minute = draw(st.integers(0, 600).map(lambda m: m / 2))
    life = draw(st.integers(0, 1))
    return make_report(
        minute,
        site=site,
        entity=f"{site}-{entity}",
        alert_type=alert_type,
        alert_id=f"{alert_type}@{site}-{entity}#{life}",
        domains=(site, "feeder-7") if site else (),
        signal=draw(st.sampled_from([Signal.FIRING] * 4 + [Signal.RESOLVED, Signal.EXPIRED])),
        severity=draw(st.sampled_from(list(Severity))),
        is_life_safety=alert_type == "PANIC",
        is_suppressed=draw(st.booleans()),
        expires_at=START + 60.0 * minute + draw(st.sampled_from([300.0, 86400.0, float("inf")])),
    )


def commands() -> st.SearchStrategy[Entry]:
    cluster = st.integers(1, 12)
    at = st.integers(0, 600).map(lambda m: START + 30.0 * m)
    return st.one_of(
        st.builds(ResolveCluster, cluster, at),
        st.builds(AcknowledgeCluster, cluster, at),
        st.builds(ReopenCluster, cluster, at),
        st.builds(UnacknowledgeCluster, cluster, at),
        st.builds(SetConfig, st.builds(ClusteringConfig, size_cap=st.integers(1, 50))),
    )


@st.composite
def outages(draw: st.DrawFn) -> list[ReportView]:
    """Things of two sites on one feeder that go down one after the other, some up again."""
    begin, step = draw(st.integers(0, 300)), draw(st.sampled_from([0.1, 0.3, 2.0]))
    told = []
    for n in range(draw(st.integers(5, 9))):
        site = ("alpha", "beta")[n % 2]
        thing = {"site": site, "entity": f"{site}-lamp-{n}", "domains": (site, "feeder-7")}
        told.append(make_report(begin + n * step, expires_at=START + 90_000.0, **thing))
        if draw(st.booleans()):
            at = begin + 20.0 + n
            told.append(
                make_report(at, signal=Signal.RESOLVED, expires_at=START + 60.0 * at, **thing)
            )
    return told


def logs(max_size: int = 60) -> st.SearchStrategy[list[Entry]]:
    """Logs of a tenant: mostly forward in time, some reports late, some acts of people."""
    some = st.lists(st.one_of(reports(), reports(), reports(), commands()), max_size=max_size)
    struck = st.builds(lambda log, outage: _in_order([*log, *outage]), some, outages())
    return st.one_of(some, some.map(_in_order), struck)


def _in_order(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda e: getattr(e, "at", 0.0))
