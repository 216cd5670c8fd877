"""Reading tests: what is on test now, for whom to see, and which alerts came during one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

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


def _within(scope: Scope, windows: Iterable[MaintenanceWindow]) -> list[Test]:
    rows = list(windows)
    if not rows:
        return []
    device_ids = [pk for row in rows for pk in row.device_ids]
    devices = Device.objects.select_related("site").in_bulk(device_ids)
    sites = Site.objects.in_bulk([pk for row in rows for pk in row.site_ids])
    found = []
    for row in rows:
        test = _test(row, _site_of(row, devices, sites))
        if scope.covers(test.client_id, test.site_id):
            found.append(test)
    return found


def _site_of(
    row: MaintenanceWindow, devices: Mapping[UUID, Device], sites: Mapping[UUID, Site]
) -> Site | None:
    its = devices.get(UUID(row.device_ids[0])) if row.device_ids else None
    if its is not None:
        return its.site
    return sites.get(UUID(row.site_ids[0])) if row.site_ids else None


def _test(row: MaintenanceWindow, site: Site | None) -> Test:
    return Test(
        id=row.pk,
        place=row.title,
        client_id=site.client_id if site else None,
        site_id=site.pk if site else None,
        site_name=str(site) if site else "",
        zone=next(iter(row.zones), ""),
        caller=row.caller,
        by=str(row.created_by or "a program"),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
