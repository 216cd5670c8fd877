"""Reading clusters, and why each alert is in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from watchfloor.aiops.clustering.explain import Turn, turns
from watchfloor.noc.clustering.models import AlertCluster, ClusterMembership
from watchfloor.platform.accounts.scope import Place, Scope
from watchfloor.platform.errors import NotFound

# Incidents lie above: their places are reached by name.
_PLACE = ("incident__places__client_id", "incident__places__site_id")


@dataclass(frozen=True, slots=True)
class Why:
    """Why a bout of an alert is in its cluster, and where it nearly went."""

    alert_id: UUID
    cluster_id: UUID
    bout: int
    started_at: datetime
    last_at: datetime
    report_count: int
    score: float
    threshold: float
    features: list[tuple[str, float]]
    opened_cluster: bool
    """Nothing that was open fitted: the bout began the cluster, and `features` say why."""
    runner_up_id: UUID | None
    runner_up_score: float
    decided_by: str

    @property
    def would_have_split(self) -> tuple[Turn, ...]:
        """The least changes that would have sent it elsewhere."""
        return turns(
            self.features,
            score=self.score,
            threshold=self.threshold,
            opened=self.opened_cluster,
            runner_up_score=self.runner_up_score if self.runner_up_id else 0.0,
        )


def visible(scope: Scope) -> QuerySet[AlertCluster]:
    """Return clusters with members at a place within the scope."""
    if scope.all_clients:
        return AlertCluster.objects.all()
    placed = AlertCluster.objects.filter(scope.q(*_PLACE))
    return AlertCluster.objects.filter(pk__in=placed.values("pk"))


def seen_partly(scope: Scope, cluster_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[str]]:
    """Return those clusters that reach beyond the scope, with the ids of their sites within it."""
    if scope.all_clients:
        return {}
    where: defaultdict[UUID, set[Place]] = defaultdict(set)
    found = AlertCluster.objects.filter(pk__in=list(cluster_ids))
    for pk, client, site in found.values_list("pk", *_PLACE):
        where[pk].add((client, site))
    return {
        pk: frozenset(str(site) for client, site in at if site and scope.covers(client, site))
        for pk, at in where.items()
        if not scope.covers_all(at)
    }


def one(scope: Scope, cluster_id: UUID) -> AlertCluster:
    """Return the cluster. Raises: NotFound for what lies beyond the scope, too."""
    cluster = visible(scope).filter(pk=cluster_id).first()
    if cluster is None:
        raise NotFound("There is no such cluster.")
    return cluster


def matching(
    found: QuerySet[AlertCluster],
    *,
    active: bool | None = None,
    life_safety: bool | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[AlertCluster]:
    """Narrow clusters down; what is None asks for nothing."""
    return found.filter(
        Q(is_active=active) if active is not None else Q(),
        Q(is_life_safety=life_safety) if life_safety is not None else Q(),
        Q(last_alert_at__gte=since) if since else Q(),
        Q(last_alert_at__lt=until) if until else Q(),
    )


def why_of_alert(alert_id: UUID) -> list[Why]:
    """Return the decisions on an alert, its newest bout first."""
    return _whys(ClusterMembership.objects.filter(alert_id=alert_id).order_by("-bout"))


def why_in_cluster(
    cluster_id: UUID, *, alerts: Collection[UUID] | None = None, most: int = 2000
) -> list[Why]:
    """Return the decisions that made a cluster, oldest first; of some alerts, or all."""
    rows = ClusterMembership.objects.filter(cluster_id=cluster_id)
    if alerts is not None:
        rows = rows.filter(alert_id__in=alerts)
    return _whys(rows.order_by("started_at", "id")[:most])


def _whys(rows: Iterable[ClusterMembership]) -> list[Why]:
    return [
        Why(
            alert_id=row.alert_id,
            cluster_id=row.cluster_id,
            bout=row.bout,
            started_at=row.started_at,
            last_at=row.last_at,
            report_count=row.report_count,
            score=row.score,
            threshold=row.threshold,
            features=[(name, float(weight)) for name, weight in row.features],
            opened_cluster=row.opened_cluster,
            runner_up_id=row.runner_up_id,
            runner_up_score=row.runner_up_score,
            decided_by=row.decided_by,
        )
        for row in rows
    ]
