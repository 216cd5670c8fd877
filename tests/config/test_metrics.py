"""What `/metrics` tells of the floor."""

from __future__ import annotations

from django.test import Client

from tests.make import make_tenant
from tests.noc import flow
from watchfloor.noc.alerts.accept import STAGES
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.kpis import services
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


def fallbacks() -> dict[str, float]:
    text = Client(REMOTE_ADDR="127.0.0.1").get("/metrics").content.decode()
    lines = (line for line in text.splitlines() if line.startswith("watchfloor_stage_fallbacks{"))
    return {line.split('"')[1]: float(line.split()[-1]) for line in lines}


def test_a_stage_that_fell_back_is_counted_by_its_name_over_all_tenants() -> None:
    before = fallbacks()
    nonsense = {"alerts": {"silence": "soon"}}
    for _ in range(2):
        tenant = make_tenant()
        Tenant.objects.using("system").filter(pk=tenant.pk).update(settings=nonsense)
        flow.work(tenant, flow.make_report())
    after = fallbacks()

    assert set(after) >= set(STAGES)
    assert after["policy"] == before["policy"] + 2
    assert after["names"] == before["names"]


def test_the_figures_of_a_tenant_are_gauges_under_its_name() -> None:
    tenant = make_tenant()
    flow.work(tenant, flow.make_report(0), flow.make_report(1, device="cam-2"))
    with tenant_scope(tenant.id):
        NOCAlertEvent.objects.filter(device_name="cam-2").update(suppressed_by="lone:x")
        services.read_off(flow.at(2))
    text = Client(REMOTE_ADDR="127.0.0.1").get("/metrics").content.decode()
    told = dict(line.rsplit(" ", 1) for line in text.splitlines() if tenant.slug in line)

    assert told[f'watchfloor_kpi_alerts{{tenant="{tenant.slug}"}}'] == "2.0"
    assert told[f'watchfloor_kpi_load{{tenant="{tenant.slug}"}}'] == "1.0"
    assert told[f'watchfloor_kpi_kept_quiet{{reason="lone",tenant="{tenant.slug}"}}'] == "1.0"
