"""Who puts what where: ours, and the simple methods that everybody has."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import Seconds
from watchfloor.bench.grouping.labelled import Labelled, Told

HALF_HOUR: Seconds = 1800.0
MINUTE: Seconds = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One cluster name for each report, as it was said at once and after declared merges."""

    applied: Sequence[str]
    final: Sequence[str]
    cpu: Seconds
    alerts: int = 0


def ours(stream: Labelled) -> Answer:
    """Tell each tenant's stream its reports with default settings."""
    tenants = {
        name: AlertStream(inventory=stream.inventories.get(name))
        for name in {told.tenant for told in stream.told}
    }
    merged: dict[str, str] = {}
    applied: list[str] = []
    alerts: set[str] = set()
    began = time.process_time()
    for told in stream.told:
        done = tenants[told.tenant].apply(told.report)
        applied.append(f"{told.tenant}:{done.membership.cluster}")
        alerts.add(done.alert_id)
        for child, into in done.membership.merges:
            merged[f"{told.tenant}:{child}"] = f"{told.tenant}:{into}"
    cpu = time.process_time() - began
    return Answer(applied, [_root(name, merged) for name in applied], cpu, len(alerts))


def _root(name: str, merged: dict[str, str]) -> str:
    while name in merged:
        name = merged[name]
    return name


def by_gap(stream: Labelled, key: Callable[[Told], tuple[str, ...]], gap: Seconds) -> Answer:
    """Group what has the same key, until it was quiet for a gap."""
    last: dict[tuple[str, ...], tuple[Seconds, int]] = {}
    applied, opened = [], 0
    began = time.process_time()
    for told in stream.told:
        at, name = told.truth.at, (told.tenant, *key(told))
        heard, number = last.get(name, (float("-inf"), 0))
        if at - heard > gap:
            opened += 1
            number = opened
        last[name] = (max(at, heard), number)
        applied.append(str(number))
    return Answer(applied, applied, time.process_time() - began)


def dedupe(stream: Labelled) -> Answer:
    return by_gap(stream, lambda told: (told.truth.host, told.truth.type), HALF_HOUR)


def same_host(stream: Labelled) -> Answer:
    return by_gap(stream, lambda told: (told.truth.host,), HALF_HOUR)


def same_site(stream: Labelled) -> Answer:
    return by_gap(stream, lambda told: (told.report.site,), MINUTE)
