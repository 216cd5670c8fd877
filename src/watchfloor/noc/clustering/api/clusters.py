"""Clusters over HTTP, and why each alert is in one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from watchfloor.aiops.clustering.explain import Where
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.schemas import SeverityOut
from watchfloor.noc.clustering import selectors
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.clustering.selectors import Why
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.ids import derived_uuid7
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["clusters"])
_DERIVED = {"incident_id"}


class ClusterQuery(PageQuery):
    active: bool | None = None
    life_safety: bool | None = None
    since: AwareDatetime | None = Field(None, description="last alert at or after")
    until: AwareDatetime | None = Field(None, description="last alert before")


class ClusterOut(Schema):
    id: UUID
    number: int
    cluster_signature: str
    primary_alert_id: UUID | None
    incident_id: UUID
    combined_severity: SeverityOut
    affected_sites: list[str]
    alert_types_in_cluster: list[str]
    first_alert_at: datetime
    last_alert_at: datetime
    alert_count: int
    report_count: int
    suppressed_alert_count: int
    is_active: bool
    is_life_safety: bool
    is_late: bool
    related_cluster_id: UUID | None
    merged_into_id: UUID | None


class TurnOut(Schema):
    """A change of one fact that would have sent it elsewhere."""

    feature: str
    factor: float | None = Field(description="so many times as large; null: had it not held")
    leads_to: Where


class WhyOut(Schema):
    """A decision of the clusterer: the score, what made it, and what nearly was."""

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
    runner_up_id: UUID | None
    runner_up_score: float
    decided_by: str = Field(description="rules, adviser or operator")
    would_have_split: list[TurnOut]


class ClusterDetailOut(ClusterOut):
    memberships: list[WhyOut]


@router.get("/clusters", auth=needs(VIEW), response=Page[ClusterOut])
def list_clusters(request: HttpRequest, asked: Query[ClusterQuery]) -> dict[str, Any]:
    wanted = asked.model_dump(exclude={"limit", "after"})
    scope = viewer_of(request).scope
    found = selectors.matching(selectors.visible(scope), **wanted)
    order = ("-last_alert_at", "-id")
    answer = page(request, asked, found, order=order, render=lambda cluster: cluster)
    return answer | {"items": _clusters_out(answer["items"], scope)}


@router.get("/clusters/{cluster_id}", auth=needs(VIEW), response=ClusterDetailOut)
def show_cluster(request: HttpRequest, cluster_id: UUID) -> dict[str, Any]:
    scope = viewer_of(request).scope
    cluster = selectors.one(scope, cluster_id)
    [shown] = _clusters_out([cluster], scope)
    members = (
        alerts.visible(scope).filter(memberships__cluster=cluster).values_list("pk", flat=True)
    )
    seen = None if scope.all_clients else set(members)
    return shown | {"memberships": selectors.why_in_cluster(cluster.pk, alerts=seen)}


@router.get("/alerts/{alert_id}/why", auth=needs(VIEW), response=list[WhyOut])
def show_why(request: HttpRequest, alert_id: UUID) -> list[Why]:
    alert = alerts.one(viewer_of(request).scope, alert_id)
    return selectors.why_of_alert(alert.pk)


def _clusters_out(clusters: list[AlertCluster], scope: Scope) -> list[dict[str, Any]]:
    """Return clusters as the scope may see them: no names of what lies beyond it."""
    partly = selectors.seen_partly(scope, [cluster.pk for cluster in clusters])
    return [
        _cluster_out(one) | (_hidden(one, partly[one.pk]) if one.pk in partly else {})
        for one in clusters
    ]


def _hidden(cluster: AlertCluster, sites: frozenset[str]) -> dict[str, Any]:
    named = [site for site in cluster.affected_sites if site in sites]
    return {"affected_sites": named, "cluster_signature": "", "primary_alert_id": None}


def _cluster_out(cluster: AlertCluster) -> dict[str, Any]:
    values = {name: getattr(cluster, name) for name in ClusterOut.model_fields.keys() - _DERIVED}
    return values | {"incident_id": derived_uuid7(cluster.pk, "incident")}
