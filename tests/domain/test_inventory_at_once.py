"""Imports at the same time, and an import beside the drain: none is refused, nothing is twice."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from tests.beside import done_beside
from tests.make import NOW, make_tenant
from watchfloor.aiops.alerts.report import Report
from watchfloor.domain.inventory import services
from watchfloor.domain.naming import services as naming
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Site
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.importing import ImportReport
from watchfloor.platform.tenancy.context import tenant_scope

BY = Actor("user", "alice")


def imported(tenant: int) -> ImportReport:
    with tenant_scope(tenant):
        rows = [{"code": "S1", "name": "North Tower"}, {"code": "S2"}]
        return services.import_inventory({InventoryKind.SITE: rows}, by=BY, now=NOW)


def named_by_an_alert(tenant: int) -> None:
    with tenant_scope(tenant):
        naming.resolve_batch([Report("0" * 32, 1, 0.0, "DOOR_FORCED", site="S1")], now=NOW)


def import_beside(unfinished: Callable[[], object], tenant: int) -> ImportReport:
    return done_beside(unfinished, lambda: imported(tenant), tenant=tenant)


def test_an_import_waits_for_the_one_under_way_and_finds_its_rows() -> None:
    tenant = make_tenant().id

    second = import_beside(lambda: imported(tenant), tenant)

    assert (second.created, second.unchanged, second.errors) == (0, 2, [])


def test_an_import_takes_over_what_an_alert_named_meanwhile() -> None:
    tenant = make_tenant().id

    report = import_beside(lambda: named_by_an_alert(tenant), tenant)

    assert (report.created, report.changed, report.errors) == (1, 1, [])
    with tenant_scope(tenant):
        site = Site.objects.get(code="S1")
    assert (site.name, site.is_verified) == ("North Tower", True)


def test_an_alert_finds_the_row_an_import_made_meanwhile() -> None:
    tenant = make_tenant().id
    report = Report("0" * 32, 1, 0.0, "DOOR_FORCED", site="S1")
    resolve = transaction.atomic(lambda: naming.resolve_batch([report], now=NOW))

    found = done_beside(lambda: imported(tenant), resolve, tenant=tenant)

    with tenant_scope(tenant):
        assert [one.site_id for one in found] == [Site.objects.get(code="S1").pk]
