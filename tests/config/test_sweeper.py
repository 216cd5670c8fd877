"""The sweeper goes round all tenants, whatever happens to one of them."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest

from tests.make import NOW, make_tenant
from tests.noc import flow
from watchfloor.config import sweeper
from watchfloor.noc.incidents import lifecycle
from watchfloor.platform.tenancy.models import Tenant


def test_a_fault_at_one_tenant_leaves_the_others_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    first, bad, idle, last, silent = (make_tenant() for _ in range(5))
    for tenant in (first, bad, idle, last):
        flow.work(tenant, flow.make_report())
    Tenant.objects.using("system").filter(pk=idle.pk).update(is_active=False)
    real, swept = lifecycle.sweep, []

    def sweep(tenant_id: int, now: datetime) -> object:
        swept.append(tenant_id)
        if tenant_id == bad.pk:
            raise ValueError("a bad row")
        return real(tenant_id, now)

    monkeypatch.setattr(lifecycle, "sweep", sweep)
    sweeper.sweep_all(threading.Event(), lambda: NOW)

    assert [pk for pk in swept if pk >= first.pk] == [first.pk, bad.pk, last.pk]
    assert silent.pk not in swept


def test_a_stop_ends_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    flow.work(make_tenant(), flow.make_report())
    swept: list[int] = []
    monkeypatch.setattr(lifecycle, "sweep", lambda tenant_id, now: swept.append(tenant_id))
    stop = threading.Event()
    stop.set()

    sweeper.sweep_all(stop, lambda: NOW)

    assert swept == []
