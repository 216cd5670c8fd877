"""What `/metrics` tells of the floor."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.console.making import make_alert
from tests.make import bearer, make_key, make_tenant
from tests.noc import flow
from watchfloor.config import metrics
from watchfloor.config.gauges import SUMS
from watchfloor.config.metrics import Unplaced
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


def kpis(**asked: Any) -> dict[str, float]:
    text = Client().get("/metrics", **asked).content.decode()
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("watchfloor_kpi"))
    return {name.removeprefix("watchfloor_kpi_"): float(value) for name, value in lines}


def tenant_with_figures(alerts: int) -> Tenant:
    tenant = make_tenant()
    flow.work(tenant, *(flow.make_report(n, device=f"cam-{n}") for n in range(alerts)))
    with tenant_scope(tenant.id):
        NOCAlertEvent.objects.filter(device_name="cam-1").update(suppressed_by="lone:x")
        services.read_off(flow.at(alerts))
    return tenant


def test_the_figures_are_those_of_the_tenant_that_asks() -> None:
    mine, _ = tenant_with_figures(4), tenant_with_figures(7)

    told = kpis(headers=bearer(make_key(mine, "read")), REMOTE_ADDR="192.0.2.1")

    assert (told["alerts"], told["incidents"], told["alerts_per_incident"]) == (4, 1, 4)
    assert (told["load"], told["cut"], told['kept_quiet{reason="lone"}']) == (1, 0.75, 1)


def test_this_machine_hears_of_all_tenants_together_and_no_name() -> None:
    before = kpis()
    tenant = tenant_with_figures(4)
    after = kpis()

    assert after["alerts"] == before.get("alerts", 0) + 4
    assert tenant.slug not in Client().get("/metrics").content.decode()
    assert set(SUMS) < set(after)


@pytest.mark.parametrize(("share", "told"), [(1e-9, 0), (float("inf"), 1)])
def test_alerts_without_a_place_are_counted_as_often_as_their_share_of_time_allows(
    monkeypatch: pytest.MonkeyPatch, share: float, told: int
) -> None:
    monkeypatch.setattr(metrics, "LARGEST_SHARE", share)
    counting = Unplaced()
    first = unplaced(counting)
    make_alert(make_tenant(), "Nowhere")

    assert unplaced(counting) == first + told
    assert unplaced(Unplaced()) == first + 1


def unplaced(counting: Unplaced) -> float:
    [gauge] = counting.gauges()
    return gauge.samples[0].value
