"""Acts of people that the clusterer must know of: kept until the next batch numbers them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from watchfloor.aiops.clustering.commands import (
    Handling,
    SetAdviser,
    SetConfig,
    TouchAlerts,
)
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.log import encode_entries
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.services import Act
from watchfloor.noc.clustering.models import AlertCluster, ClusterCommand


def tell(
    cluster_id: UUID | None,
    act: type[Handling],
    *,
    now: datetime,
) -> None:
    """Append the act at the stream's time; nothing for an incident without a cluster."""
    if cluster_id is None:
        return
    number = AlertCluster.objects.values_list("number", flat=True).get(pk=cluster_id)
    at = streams.load().clock.now(now.timestamp())
    body = encode_entries([act(number, at)])
    ClusterCommand.objects.create(body=body, created_at=now)


def touch(alert_ids: Iterable[UUID], *, now: datetime) -> None:
    """Append that a person did something about these alerts."""
    ids = tuple(pk.hex for pk in alert_ids)
    if ids:
        at = streams.load().clock.now(now.timestamp())
        body = encode_entries([TouchAlerts(ids, at)])
        ClusterCommand.objects.create(body=body, created_at=now)


def touch_cluster(cluster_id: UUID | None, *, now: datetime) -> None:
    """The same, for the alerts that are in a cluster now."""
    if cluster_id is not None:
        members = NOCAlertEvent.objects.filter(cluster_id=cluster_id)
        touch(members.values_list("pk", flat=True), now=now)


def note_act(act: Act) -> None:
    """Whatever a person does to an alert, its end is no longer one by itself."""
    touch([act.alert.pk], now=act.at)


def set_config(config: ClusteringConfig, *, now: datetime) -> None:
    """Append that from the next batch on grouping decides by `config`."""
    ClusterCommand.objects.create(body=encode_entries([SetConfig(config)]), created_at=now)


def set_adviser(sha256: str | None, *, now: datetime) -> None:
    """Append that from the next batch on this link model advises, or none."""
    ClusterCommand.objects.create(body=encode_entries([SetAdviser(sha256)]), created_at=now)
