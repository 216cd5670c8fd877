"""Acts of people that the clusterer must know of: kept until the next batch numbers them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from watchfloor.aiops.clustering.commands import AcknowledgeCluster, ResolveCluster, SetConfig
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.log import encode_entries
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.clustering.models import AlertCluster, ClusterCommand


def tell(
    cluster_id: UUID | None,
    act: type[ResolveCluster | AcknowledgeCluster],
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


def set_config(config: ClusteringConfig, *, now: datetime) -> None:
    """Append that from the next batch on grouping decides by `config`."""
    ClusterCommand.objects.create(body=encode_entries([SetConfig(config)]), created_at=now)
