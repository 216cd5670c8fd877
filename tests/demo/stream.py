"""The demo's alarms through the core, as the floor would group them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.correlation.topology import load_inventory
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import Severity, Signal
from watchfloor.demo.generator import Alarm
from watchfloor.demo.world import World

NAMES = ("source", "client", "site", "entity_type", "entity_id", "device", "person", "message")


def grouped(world: World, alarms: Iterable[Alarm]) -> list[tuple[Alarm, int]]:
    """Return each alarm with the number of the cluster in which it ended."""
    stream = AlertStream(inventory=load_inventory(world.as_inventory()))
    into: dict[int, int] = {}
    found: list[tuple[Alarm, int]] = []
    for alarm in sorted(alarms, key=lambda alarm: alarm.at):
        membership = stream.apply(report_of(alarm)).membership
        into.update(membership.merges)
        found.append((alarm, membership.cluster))
    return [(alarm, _root(cluster, into)) for alarm, cluster in found]


def report_of(alarm: Alarm) -> Report:
    body: dict[str, Any] = alarm.body
    return Report(
        event_id=body["id"].zfill(32),
        integration=1,
        received_at=alarm.at,
        alert_type=body["alert_type"],
        status=Signal[body.get("status", "firing").upper()],
        severity=Severity[body["severity"]],
        timestamp=alarm.at,
        sender_id=body["id"],
        identity=body["id"],
        **{name: body.get(name, "") for name in NAMES},
    )


def _root(cluster: int, into: dict[int, int]) -> int:
    while cluster in into:
        cluster = into[cluster]
    return cluster
