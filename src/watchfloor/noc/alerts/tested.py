"""Reading tests: what is on test now, for whom to see, and which alerts came during one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, NullIf

from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import MaintenanceWindow, NOCAlertEvent
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound


@dataclass(frozen=True, slots=True)
class Test:
    """A place on test, with where it is."""

    id: UUID
    place: str
    client_id: UUID | None
    site_id: UUID | None
    site_name: str
    zone: str
    caller: str
    by: str
    starts_at: datetime
    ends_at: datetime


def under_way(scope: Scope, now: datetime) -> list[Test]:
    """Return the tests within the scope that hold now, the next to end first."""
    windows = holding(now).select_related("created_by")
    return _within(scope, windows.order_by("ends_at", "id"))


def holding(now: datetime) -> QuerySet[MaintenanceWindow]:
    """Return the tests of the tenant that hold now."""
    return MaintenanceWindow.objects.filter(
        is_test=True, is_active=True, starts_at__lte=now, ends_at__gt=now
    )


def one(scope: Scope, window_id: UUID) -> Test:
    """Return the test. Raises: NotFound for what lies beyond the scope, too."""
    windows = MaintenanceWindow.objects.filter(is_test=True, pk=window_id)
    found = _within(scope, windows.select_related("created_by"))
    if not found:
        raise NotFound("There is no such test.")
    return found[0]


def signals(tests: Iterable[Test]) -> Mapping[UUID, int]:
    """Count the alerts that were kept quiet, by test."""
    keys = {f"test:{one.id}": one.id for one in tests}
    rows = NOCAlertEvent.objects.filter(suppressed_by__in=keys).values("suppressed_by")
    counted = rows.annotate(number=Count("id")).values_list("suppressed_by", "number")
    return {keys[key]: number for key, number in counted}


def during_tests(clusters: Iterable[UUID]) -> set[UUID]:
    """Return those clusters of which an alert came from a place that was on test then."""
    alerts = NOCAlertEvent.objects.filter(cluster_id__in=list(clusters))
    columns = ("cluster_id", "site_id", "device_id", "entity_id", "labels", "first_seen_at")
    rows = list(alerts.values(*columns))
    if not rows:
        return set()
    times = [row["first_seen_at"] for row in rows]
    windows = list(
        MaintenanceWindow.objects.filter(
            is_test=True, starts_at__lte=max(times), ends_at__gt=min(times)
        )
    )
    return {row["cluster_id"] for row in rows if any(_covers(one, row) for one in windows)}


def _covers(window: MaintenanceWindow, row: Mapping[str, Any]) -> bool:
    zones = {row["labels"].get("zone"), row["entity_id"]}
    return (
        window.starts_at <= row["first_seen_at"] < window.ends_at
        and (not window.site_ids or str(row["site_id"]) in window.site_ids)
        and (not window.device_ids or str(row["device_id"]) in window.device_ids)
        and (not window.zones or not zones.isdisjoint(window.zones))
    )


def _within(scope: Scope, windows: QuerySet[MaintenanceWindow]) -> list[Test]:
    """Return them with where they are, as far as the scope reaches. One query."""
    device = Device.objects.filter(pk=OuterRef("device_id"))
    site = Site.objects.filter(pk=OuterRef("site_id"))
    named = Coalesce(NullIf("name", Value("")), "code")
    given = Cast(KT("site_ids__0"), UUIDField())
    found = (
        windows.annotate(device_id=Cast(KT("device_ids__0"), UUIDField()))
        .annotate(site_id=Coalesce(device.values("site_id"), given, output_field=UUIDField()))
        .annotate(client_id=Subquery(site.values("client_id")))
        .annotate(site_name=Coalesce(Subquery(site.values(named=named)), Value("")))
    )
    return [_test(row) for row in found if scope.covers(row.client_id, row.site_id)]


def _test(row: Any) -> Test:
    return Test(
        id=row.pk,
        place=row.title,
        client_id=row.client_id,
        site_id=row.site_id,
        site_name=row.site_name,
        zone=next(iter(row.zones), ""),
        caller=row.caller,
        by=str(row.created_by or "a program"),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
