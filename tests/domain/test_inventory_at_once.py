"""Imports at the same time, and an import beside the drain: none is refused, nothing is twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connections, transaction

from tests.make import NOW, make_tenant
from tests.processes import happens_within
from watchfloor.aiops.alerts.report import Report
from watchfloor.domain.inventory import services
from watchfloor.domain.naming import services as naming
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Site
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import tenant_scope

BY = Actor("user", "alice")
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def imported(tenant: int) -> services.ImportReport:
    with tenant_scope(tenant):
        rows = [{"code": "S1", "name": "North Tower"}, {"code": "S2"}]
        return services.import_inventory({InventoryKind.SITE: rows}, by=BY, now=NOW)


def named_by_an_alert(tenant: int) -> None:
    with tenant_scope(tenant):
        naming.resolve_batch([Report("0" * 32, 1, 0.0, "DOOR_FORCED", site="S1")], now=NOW)


def somebody_waits() -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute(WAITING)
        [waiting] = cursor.fetchone()
    return bool(waiting)


def import_beside(unfinished: Callable[[], object], tenant: int) -> services.ImportReport:
    """Import while `unfinished` has written and not yet committed; return what was imported."""
    found: list[services.ImportReport] = []

    def work() -> None:
        found.append(imported(tenant))
        connections.close_all()

    beside = threading.Thread(target=work)
    with tenant_scope(tenant), transaction.atomic():
        unfinished()
        beside.start()
        assert happens_within(somebody_waits, seconds=20)
    beside.join()
    [report] = found
    return report


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
    found: list[object] = []

    def work() -> None:
        with tenant_scope(tenant), transaction.atomic():
            report = Report("0" * 32, 1, 0.0, "DOOR_FORCED", site="S1")
            found.extend(naming.resolve_batch([report], now=NOW))
        connections.close_all()

    drain = threading.Thread(target=work)
    with tenant_scope(tenant), transaction.atomic():
        imported(tenant)
        drain.start()
        assert happens_within(somebody_waits, seconds=20)
    drain.join()

    with tenant_scope(tenant):
        assert [one.site_id for one in found] == [Site.objects.get(code="S1").pk]
