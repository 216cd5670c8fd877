"""What `/metrics` tells of the floor."""

from __future__ import annotations

from django.test import Client

from tests.make import make_tenant
from tests.noc import flow
from watchfloor.noc.alerts.accept import STAGES
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
