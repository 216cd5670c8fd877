"""Reading tests: what is on test now, for whom to see, and which alerts came during one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
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


def came_during_a_test() -> Exists:
    """Return the column that tells whether an alert of its cluster came from what was on test then.

    A test is of one site, a zone of it, or one device.
    """
    came = NOCAlertEvent.objects.filter(cluster_id=OuterRef("cluster_id"))
    its = came.annotate(zone=_text("labels__zone"))
    then = Q(starts_at__lte=OuterRef("first_seen_at"), ends_at__gt=OuterRef("first_seen_at"))
    tests = MaintenanceWindow.objects.filter(then, is_test=True).annotate(
        at_site=_text("site_ids__0"), at_device=_text("device_ids__0"), at_zone=_text("zones__0")
    )
    covering = tests.filter(
        Q(at_site=None) | Q(at_site=Cast(OuterRef("site_id"), TextField())),
        Q(at_device=None) | Q(at_device=Cast(OuterRef("device_id"), TextField())),
        Q(at_zone=None) | Q(at_zone=OuterRef("zone")) | Q(at_zone=OuterRef("entity_id")),
    )
    return Exists(its.filter(Exists(covering)))


def _text(path: str) -> Cast:
    """Return what stands in a column of JSON. Uncast, it would be compared as JSON."""
    return Cast(KT(path), TextField())


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
