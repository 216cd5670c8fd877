"""Reading alerts and reports: rows as pages, sockets and the API show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from watchfloor.noc.alerts.models import (
    AlertComment,
    MaintenanceWindow,
    NOCAlertEvent,
    Report,
    Silence,
)
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound
from watchfloor.platform.tenancy.context import require_tenant_id

Row = dict[str, Any]


def visible(scope: Scope) -> QuerySet[NOCAlertEvent]:
    return NOCAlertEvent.objects.filter(scope.q())


def one(scope: Scope, alert_id: UUID) -> NOCAlertEvent:
    """Return the alert. Raises: NotFound for what lies beyond the scope, too."""
    alert = visible(scope).filter(pk=alert_id).first()
    if alert is None:
        raise NotFound("There is no such alert.")
    return alert


def alert_rows(ids: Iterable[UUID]) -> list[Row]:
    """Return rows in the order of `ids`, leaving out what is gone. One query."""
    wanted = list(ids)
    found = NOCAlertEvent.objects.filter(pk__in=wanted).values(
        "id", "alert_type", "entity_type", "entity_id", "device_name", "person_name", "severity",
        "state", "signal", "is_life_safety", "is_flapping", "suppressed_by", "snoozed_until",
        "client_id", "site_id", "client_name", "site_name", "occurrence_count", "first_seen_at",
        "last_seen_at", "resolved_at", "cluster_id", "version",
        title=Coalesce(NullIf("message", Value("")), "alert_type", output_field=TextField()),
    )  # fmt: skip
    rows: dict[UUID, Row] = {row["id"]: dict(row) for row in found}
    return [rows[pk] for pk in wanted if pk in rows]


def reports(scope: Scope) -> QuerySet[Report]:
    """Return reports of alerts within the scope."""
    found = Report.objects.filter(tenant_id=require_tenant_id())
    if scope.all_clients:
        return found
    return found.filter(alert_id__in=visible(scope).values("pk"))


def comments(alert_id: UUID) -> QuerySet[AlertComment]:
    return AlertComment.objects.filter(alert_id=alert_id).order_by("-created_at")


def windows() -> QuerySet[MaintenanceWindow]:
    return MaintenanceWindow.objects.filter(is_active=True)


def silences() -> QuerySet[Silence]:
    return Silence.objects.filter(lifted_at=None)
