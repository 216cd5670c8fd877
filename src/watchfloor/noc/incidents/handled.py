"""What people let stand: the grouping of incidents that they worked and resolved."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from watchfloor.aiops.clustering.learned import ADVISER
from watchfloor.noc.clustering.models import ClusterMembership

_PEOPLE = ("user", "key")


def handled_alerts(start: datetime, end: datetime) -> dict[UUID, str]:
    """Return, by alert, the cluster in which a person resolved it without another word.

    Left out are life safety, and what a model placed: from silence it must not learn its own.
    """
    rows = ClusterMembership.objects.filter(
        started_at__gte=start,
        started_at__lt=end,
        cluster__is_life_safety=False,
        cluster__incident__resolved_by_kind__in=_PEOPLE,
    ).exclude(decided_by=ADVISER)
    rows = rows.order_by("started_at", "id")
    return {alert: cluster.hex for alert, cluster in rows.values_list("alert_id", "cluster_id")}
