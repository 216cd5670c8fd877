"""The clusterer's state as bytes and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.state import Alert, Cluster, Lane
from watchfloor.aiops.errors import CheckpointError

if TYPE_CHECKING:
    from watchfloor.aiops.clustering.assign import OnlineClusterer

_MAGIC = "watchfloor.clusterer"
_VERSION = 1


def pack(clusterer: OnlineClusterer) -> bytes:
    """Return the whole state; alerts that are known only as members of clusters included."""
    alerts: dict[int, int] = {}
    rows: list[tuple[Any, ...]] = []

    def place(alert: Alert) -> int:
        if id(alert) not in alerts:
            alerts[id(alert)] = len(rows)
            rows.append(_alert_row(alert))
        return alerts[id(alert)]

    live = [place(alert) for alert in clusterer.alerts.values()]
    clusters = [
        (*_cluster_row(cluster), [place(alert) for alert in cluster.members])
        for cluster in clusterer.clusters.values()
    ]
    config = msgspec.to_builtins(clusterer.config)
    head = (clusterer.seq, clusterer.clock, clusterer.opened, clusterer._swept)
    return msgspec.msgpack.encode((_MAGIC, _VERSION, config, head, rows, len(live), clusters))


def unpack_into(clusterer: OnlineClusterer, data: bytes) -> None:
    """Fill a fresh clusterer with what `pack` returned.

    Raises: CheckpointError if the bytes are damaged or of another version.
    """
    try:
        magic, version, *rest = msgspec.msgpack.decode(data)
        if (magic, version) != (_MAGIC, _VERSION):
            raise CheckpointError("the clusterer's checkpoint is of another version")
        _fill(clusterer, *rest)
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError) as error:
        raise CheckpointError(f"the clusterer's checkpoint is damaged: {error}") from error


def _fill(
    clusterer: OnlineClusterer,
    config: dict[str, Any],
    head: list[Any],
    rows: list[list[Any]],
    live: int,
    clusters: list[list[Any]],
) -> None:
    clusterer.config = msgspec.convert(config, ClusteringConfig)
    clusterer.seq, clusterer.clock, clusterer.opened, clusterer._swept = head
    alerts = [_alert(row) for row in rows]
    clusterer.alerts = {alert.alert_id: alert for alert in alerts[:live]}
    for row in clusters:
        cluster = _cluster(row, alerts)
        clusterer.clusters[cluster.number] = cluster
        clusterer.index.add(cluster, cluster.keys)


def _alert_row(alert: Alert) -> tuple[Any, ...]:
    return (
        alert.alert_id,
        alert.until,
        alert.first,
        alert.last,
        alert.signal_at,
        alert.bout,
        alert.cluster,
    )


def _alert(row: list[Any]) -> Alert:
    alert_id, until, first, last, signal_at, bout, cluster = row
    alert = Alert(alert_id, first, until)
    alert.last, alert.signal_at, alert.bout, alert.cluster = last, signal_at, bout, cluster
    return alert


def _cluster_row(cluster: Cluster) -> tuple[Any, ...]:
    return (
        cluster.number,
        cluster.first,
        cluster.last,
        int(cluster.lane),
        cluster.keys,
        cluster.resolved_at,
        cluster.acknowledged,
    )


def _cluster(row: list[Any], alerts: list[Alert]) -> Cluster:
    number, first, last, lane, keys, resolved_at, acknowledged, members = row
    cluster = Cluster(number, first, Lane(lane), tuple(keys))
    cluster.last, cluster.resolved_at, cluster.acknowledged = last, resolved_at, acknowledged
    cluster.members = [alerts[i] for i in members]
    return cluster
