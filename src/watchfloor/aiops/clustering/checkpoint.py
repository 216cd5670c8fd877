"""The clusterer's state as bytes and back: msgpack arrays, versioned."""

from __future__ import annotations

from typing import Any

import msgspec

from watchfloor.aiops.clustering.background import Decayed, Newcomers, Openings, SignalPast
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.state import Alert, Cluster, Lane
from watchfloor.aiops.clustering.storms import DomainWeather
from watchfloor.aiops.errors import AiopsError, CheckpointError

_MAGIC = "watchfloor.clusterer"
_VERSION = 2

Row = list[Any]


def pack(config: ClusteringConfig, seq: int, memory: Memory) -> bytes:
    """Return the whole state as bytes."""
    head = [memory.clock, memory.opened, memory.sweep_at, memory.index.looked_at, memory.resolves]
    background = [
        [[*key, *_past_row(past)] for key, past in memory.pasts.items()],
        [[site, one.first, one.seen.value, one.seen.at] for site, one in memory.newcomers.items()],
        [[key, one.first, one.seen.value, one.seen.at] for key, one in memory.openings.items()],
        [[name, *_weather_row(one)] for name, one in memory.weather.domains.items()],
    ]
    return msgspec.msgpack.encode(
        [_MAGIC, _VERSION, seq, msgspec.to_builtins(config), head, _groups(memory), background]
    )


def unpack(data: bytes) -> tuple[ClusteringConfig, int, Memory]:
    """Return what `pack` was given.

    Raises: CheckpointError if the bytes are damaged or of another version.
    """
    try:
        magic, version, *rest = msgspec.msgpack.decode(data, type=Row)
        if (magic, version) != (_MAGIC, _VERSION):
            raise CheckpointError("the clusterer's checkpoint is of another version")
        seq, config, head, groups, background = rest
        return msgspec.convert(config, ClusteringConfig), seq, _memory(head, groups, background)
    except CheckpointError:
        raise
    except (msgspec.MsgspecError, AiopsError, LookupError, TypeError, ValueError) as error:
        raise CheckpointError(f"the clusterer's checkpoint is damaged: {error}") from error


def _memory(head: Row, groups: Row, background: Row) -> Memory:
    memory = Memory()
    memory.clock, memory.opened, memory.sweep_at, looked_at, memory.resolves = head
    _fill_groups(memory, groups)
    memory.index.looked_at = looked_at
    pasts, newcomers, openings, weather = background
    memory.pasts = {(row[0], row[1]): _past(row[2:]) for row in pasts}
    for name, first, value, at in newcomers:
        memory.newcomers[name] = Newcomers(first)
        memory.newcomers[name].seen = Decayed(value, at)
    for key, first, value, at in openings:
        memory.openings[key] = Openings(first)
        memory.openings[key].seen = Decayed(value, at)
    memory.weather.domains = {row[0]: _weather(row[1:]) for row in weather}
    return memory


def _groups(memory: Memory) -> Row:
    """Alerts, clusters and index; members that are forgotten as alerts come after the others."""
    rows = [_alert_row(alert) for alert in memory.alerts.values()]
    places = {id(alert): place for place, alert in enumerate(memory.alerts.values())}
    clusters: Row = []
    for cluster in memory.clusters.values():
        for alert in cluster.members:
            if id(alert) not in places:
                places[id(alert)] = len(rows)
                rows.append(_alert_row(alert))
        members = [places[id(alert)] for alert in cluster.members]
        clusters.append([*_cluster_row(cluster), members])
    return [rows, len(memory.alerts), clusters, memory.index.numbers()]


def _fill_groups(memory: Memory, groups: Row) -> None:
    rows, known, clusters, index = groups
    alerts = [_alert(row) for row in rows]
    memory.alerts = {alert.alert_id: alert for alert in alerts[:known]}
    for row in clusters:
        cluster = _cluster(row, alerts)
        memory.clusters[cluster.number] = cluster
    for key, numbers in index:
        for number in numbers:
            memory.index.add(memory.clusters[number], [key])


def _alert_row(alert: Alert) -> Row:
    return [
        alert.alert_id,
        alert.bouts,
        alert.bout,
        alert.cluster,
        alert.first,
        alert.last,
        alert.told_at,
        alert.until,
        alert.is_astray,
    ]


def _alert(row: Row) -> Alert:
    alert = Alert(row[0], row[4])
    _, alert.bouts, alert.bout, alert.cluster, _, alert.last, *rest = row
    alert.told_at, alert.until, alert.is_astray = rest
    return alert


def _cluster_row(cluster: Cluster) -> Row:
    return [
        cluster.number,
        int(cluster.lane),
        cluster.first,
        cluster.last,
        cluster.active,
        cluster.resolved_at,
        cluster.acknowledged,
        cluster.is_storm,
    ]


def _cluster(row: Row, alerts: list[Alert]) -> Cluster:
    number, lane, first, last, active, resolved_at, acknowledged, is_storm, members = row
    cluster = Cluster(number, first, Lane(lane))
    cluster.last, cluster.active, cluster.resolved_at = last, active, resolved_at
    cluster.acknowledged, cluster.is_storm = acknowledged, is_storm
    cluster.members = [alerts[place] for place in members]
    return cluster


def _past_row(past: SignalPast) -> Row:
    return [
        past.window,
        past.count,
        past.claimed,
        past.surprise,
        past.peak,
        past.counts,
        past.hour,
        past.hours,
        past.busy.value,
        past.busy.at,
    ]


def _past(row: Row) -> SignalPast:
    past = SignalPast()
    past.window, past.count, past.claimed, past.surprise, past.peak, past.counts, *rest = row
    past.hour, past.hours, value, at = rest
    past.busy = Decayed(value, at)
    return past


def _weather_row(one: DomainWeather) -> Row:
    return [
        one.window,
        one.now,
        one.before,
        one.total,
        one.mean,
        one.var,
        one.cluster,
        one.began_at,
        one.stormy_at,
    ]


def _weather(row: Row) -> DomainWeather:
    one = DomainWeather()
    one.window, one.now, one.before, one.total, one.mean, one.var, *rest = row
    one.cluster, one.began_at, one.stormy_at = rest
    return one
