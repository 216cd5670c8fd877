"""What pages show, read within the viewer's bounds. Rows are those of the live channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from watchfloor.console import words
from watchfloor.console.filters import ALERT_TEXTS, INCIDENT_TEXTS, Filter
from watchfloor.console.rows import alert_rows, incident_rows
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import AlertComment, NOCAlertEvent, Report
from watchfloor.noc.clustering.models import ClusterMembership
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.errors import NotFound
from watchfloor.platform.live.models import LiveFrame
from watchfloor.platform.tenancy.context import require_tenant_id

Row = dict[str, Any]
LISTED = 200
CHOICES = 500
ENTRIES = 100


def newest_frame() -> tuple[int, datetime | None]:
    """Return number and time of the newest frame; what is read afterwards is at least as new."""
    frames = LiveFrame.objects.order_by("-number").values_list("number", "created_at")
    return frames.first() or (0, None)


def incidents(viewer: Viewer, wanted: Filter) -> list[Row]:
    """Return life safety first, then by severity, newest first."""
    found = NOCIncident.objects.filter(
        viewer.scope.q(), wanted.rule(INCIDENT_TEXTS), is_listed=True
    )
    order = ("-is_life_safety", "-severity", "-opened_at", "-id")
    return _in_order(incident_rows, found.order_by(*order).values_list("id", flat=True)[:LISTED])


def waiting_life_safety(viewer: Viewer) -> list[Row]:
    found = NOCIncident.objects.filter(viewer.scope.q(), is_life_safety=True, state="NEW")
    return _in_order(
        incident_rows, found.order_by("-opened_at").values_list("id", flat=True)[:LISTED]
    )


def alerts(viewer: Viewer, wanted: Filter) -> list[Row]:
    """Return the newest alerts first."""
    found = NOCAlertEvent.objects.filter(viewer.scope.q(), wanted.rule(ALERT_TEXTS))
    if wanted.incident:
        clusters = NOCIncident.objects.filter(pk=wanted.incident).values("cluster_id")
        found = found.filter(memberships__cluster_id__in=clusters).distinct()
    newest = found.order_by("-last_seen_at", "-id").values_list("id", flat=True)
    return _in_order(alert_rows, newest[:LISTED])


def incident(viewer: Viewer, incident_id: UUID) -> Row:
    """Return the row and what only the page of one incident shows; `NotFound` beyond the bounds."""
    found = NOCIncident.objects.filter(viewer.scope.q(), pk=incident_id)
    more = found.values("cluster_id", "description", "resolution").first()
    if more is None:
        raise NotFound("There is no such incident.")
    return incident_rows([incident_id])[0] | more


def related(viewer: Viewer, incident_id: UUID | None) -> Row | None:
    if incident_id is None:
        return None
    found = NOCIncident.objects.filter(viewer.scope.q(), pk=incident_id)
    return _first(found.values("id", "number", "title"))


def timeline(incident_id: UUID) -> list[Row]:
    """Return what happened, newest first, each entry with the name of who did it."""
    entries = TimelineEntry.objects.filter(incident_id=incident_id).order_by("-at", "-id")
    rows: list[Any] = list(entries.values("at", "kind", "text", "actor_kind", "actor_id")[:ENTRIES])
    names = names_of({row["actor_id"] for row in rows if row["actor_kind"] == "user"})
    return [row | {"actor_name": _actor_name(row, names)} for row in rows]


def names_of(user_ids: Iterable[str]) -> Mapping[str, str]:
    found = User.objects.filter(tenant_id=require_tenant_id(), pk__in=user_ids)
    return {str(user.pk): str(user) for user in found}


def _actor_name(row: Row, names: Mapping[str, str]) -> str:
    if row["actor_kind"] == "user":
        return names.get(row["actor_id"], "somebody who is gone")
    return "" if row["actor_kind"] == "system" else f"by {row['actor_kind']}"


def alert(viewer: Viewer, alert_id: UUID) -> Row:
    """Return the row and what only the page of one alert shows; `NotFound` beyond the bounds."""
    found = NOCAlertEvent.objects.filter(viewer.scope.q(), pk=alert_id)
    more = found.values("source", "entity_type", "severity_given", "labels").first()
    if more is None:
        raise NotFound("There is no such alert.")
    return alert_rows([alert_id])[0] | more


def memberships(alert_id: UUID) -> Sequence[ClusterMembership]:
    return list(ClusterMembership.objects.filter(alert_id=alert_id).order_by("-bout")[:ENTRIES])


def incident_of_alert(viewer: Viewer, alert_id: UUID) -> Row | None:
    """Return the incident of the alert's newest bout."""
    newest = ClusterMembership.objects.filter(alert_id=alert_id).order_by("-bout")[:1]
    found = NOCIncident.objects.filter(viewer.scope.q(), cluster_id__in=newest.values("cluster_id"))
    return _first(found.values("id", "number", "title"))


def comments(alert_id: UUID) -> Sequence[AlertComment]:
    found = AlertComment.objects.filter(alert_id=alert_id).select_related("author")
    return list(found.order_by("-created_at")[:ENTRIES])


def rows_of_alerts(alert_ids: Iterable[UUID]) -> list[Row]:
    return alert_rows(alert_ids)


def reports(alert_id: UUID) -> list[Row]:
    """Return the newest reports behind an alert, each with what it did."""
    found = Report.objects.filter(tenant_id=require_tenant_id(), alert_id=alert_id)
    fields = ("occurred_at", "received_at", "signal", "severity", "verdict", "message")
    rows = found.order_by("-occurred_at", "-received_at").values(*fields)[:ENTRIES]
    return [row | {"verdict_name": words.VERDICTS.get(row["verdict"], "")} for row in rows]


def sites(viewer: Viewer) -> Sequence[Site]:
    within = viewer.scope.q(client_field="client_id", site_field="id")
    return list(Site.objects.filter(within, is_active=True).order_by("name", "code")[:CHOICES])


def people() -> Sequence[User]:
    """Return those to whom an incident can be given."""
    found = User.objects.filter(tenant_id=require_tenant_id(), is_active=True)
    return list(found.order_by("name", "email")[:CHOICES])


def last_incident(viewer: Viewer) -> Row | None:
    """Return the newest incident of all, so that an empty list can say when it was not empty."""
    newest = NOCIncident.objects.filter(viewer.scope.q(), is_listed=True).order_by("-opened_at")
    return next(iter(incident_rows(newest.values_list("id", flat=True)[:1])), None)


def last_alert(viewer: Viewer) -> Row | None:
    newest = NOCAlertEvent.objects.filter(viewer.scope.q()).order_by("-last_seen_at")
    return next(iter(alert_rows(newest.values_list("id", flat=True)[:1])), None)


def _first(rows: QuerySet[Any, Any]) -> Row | None:
    found: Row | None = rows.first()
    return found


def _in_order(rows_of: Callable[[Iterable[UUID]], list[Row]], ids: Iterable[UUID]) -> list[Row]:
    wanted = list(ids)
    rows = {row["id"]: row for row in rows_of(wanted)}
    return [rows[row_id] for row_id in wanted if row_id in rows]
