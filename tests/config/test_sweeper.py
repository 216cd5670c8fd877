"""The sweeper goes round all tenants, whatever happens to one of them, and costs little."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.make import make_tenant, make_user
from tests.noc import flow
from watchfloor.config import sweeper
from watchfloor.config.sweeper import Sweeper
from watchfloor.noc.alerts import quieting
from watchfloor.noc.alerts import services as alerts
from watchfloor.noc.alerts.models import MaintenanceWindow, NOCAlertEvent, TenantStream
from watchfloor.noc.incidents import lifecycle
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

MOMENT = timedelta(seconds=1)
Round = Callable[[datetime], list[int]]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Round:
    """Sweep once at a time; return the tenants that were looked at."""
    real, swept, one = lifecycle.sweep, [], Sweeper()

    def sweep(tenant_id: int, now: datetime) -> object:
        swept.append(tenant_id)
        return real(tenant_id, now)

    monkeypatch.setattr(lifecycle, "sweep", sweep)

    def go_round(now: datetime) -> list[int]:
        swept.clear()
        one.sweep_all(threading.Event(), lambda: now)
        return list(swept)

    return go_round


def test_a_round_costs_little_with_hundreds_of_tenants_that_have_nothing_due(
    looked_at: Round,
) -> None:
    """Else a round of a busy floor lasts minutes, or takes a third of a core to be in time."""
    tenants = [make_tenant() for _ in range(30)]
    for tenant in tenants:
        flow.work(tenant, flow.make_report())
    looked_at(flow.at(1))

    again = looked_at(flow.at(2))

    assert not {tenant.pk for tenant in tenants} & set(again)
    assert sweeper.LARGEST_SHARE <= 0.05


def test_a_tenant_is_looked_at_again_after_a_batch_and_when_something_is_due(
    looked_at: Round,
) -> None:
    told, quiet = make_tenant(), make_tenant()
    for tenant in (told, quiet):
        flow.work(tenant, flow.make_report())
    looked_at(flow.at(1))

    flow.work(told, flow.make_resolve(2))
    after_a_batch = looked_at(flow.at(2))
    before_it_is_due = looked_at(flow.at(7) - MOMENT)
    when_it_is_due = looked_at(flow.at(7))

    assert told.pk in after_a_batch
    assert quiet.pk not in after_a_batch
    assert not {told.pk, quiet.pk} & set(before_it_is_due)
    assert told.pk in when_it_is_due
    assert quiet.pk not in when_it_is_due
    with tenant_scope(told.pk):
        assert NOCIncident.objects.get().state == "RESOLVED"


def test_an_alert_expires_in_the_round_after_its_time(looked_at: Round) -> None:
    tenant = make_tenant()
    flow.work(tenant, flow.make_report())
    with tenant_scope(tenant.pk):
        expires_at = NOCAlertEvent.objects.get().expires_at
    assert expires_at is not None
    looked_at(expires_at - 9 * MOMENT)

    assert tenant.pk not in looked_at(expires_at - MOMENT)
    assert tenant.pk in looked_at(expires_at)

    with tenant_scope(tenant.pk):
        assert NOCAlertEvent.objects.get().signal == 3


def test_what_people_let_rest_wakes_in_the_round_after_its_time(looked_at: Round) -> None:
    tenant = make_tenant()
    by = Actor("user", str(make_user(tenant).pk))
    flow.work(tenant, flow.make_report())
    looked_at(flow.at(1))
    with tenant_scope(tenant.pk):
        alerts.snooze(NOCAlertEvent.objects.get().pk, flow.at(5), by=by, now=flow.at(1))
        looked_at(flow.at(1))
        incidents.snooze(NOCIncident.objects.get().pk, flow.at(4), by=by, now=flow.at(1))

    assert tenant.pk in looked_at(flow.at(2))
    assert tenant.pk not in looked_at(flow.at(4) - MOMENT)
    looked_at(flow.at(4))
    looked_at(flow.at(5))

    with tenant_scope(tenant.pk):
        assert NOCIncident.objects.get().snoozed_until is None
        assert NOCAlertEvent.objects.get().snoozed_until is None


def test_an_ended_window_is_asked_again_in_the_next_round(looked_at: Round) -> None:
    tenant = make_tenant()
    by = Actor("user", str(make_user(tenant).pk))
    with tenant_scope(tenant.pk):
        window = MaintenanceWindow.objects.create(
            title="lift", starts_at=flow.at(-5), ends_at=flow.at(60), created_at=flow.at(-5)
        )
    flow.work(tenant, flow.make_report())
    looked_at(flow.at(1))
    assert tenant.pk not in looked_at(flow.at(2))
    with tenant_scope(tenant.pk):
        assert NOCAlertEvent.objects.get().suppressed_by
        quieting.end_window(window.pk, by=by, now=flow.at(2))

    looked_at(flow.at(2))

    with tenant_scope(tenant.pk):
        assert NOCAlertEvent.objects.get().suppressed_by == ""


def test_everybody_is_looked_at_now_and_then_whatever_was_found_last(looked_at: Round) -> None:
    tenant = make_tenant()
    flow.work(tenant, flow.make_report())
    looked_at(flow.at(1))

    assert tenant.pk not in looked_at(flow.at(10))
    assert tenant.pk in looked_at(flow.at(11))


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
    Sweeper().sweep_all(threading.Event(), lambda: flow.at(1))

    assert [pk for pk in swept if pk >= first.pk] == [first.pk, bad.pk, last.pk]
    assert silent.pk not in swept


def test_a_clock_that_cannot_be_read_leaves_the_other_tenants_swept(looked_at: Round) -> None:
    bad, good = make_tenant(), make_tenant()
    for tenant in (bad, good):
        flow.work(tenant, flow.make_report())
    with tenant_scope(bad.pk):
        TenantStream.objects.update(clock=b"no clock")

    assert good.pk in looked_at(flow.at(1))


def test_a_stop_ends_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    flow.work(make_tenant(), flow.make_report())
    swept: list[int] = []
    monkeypatch.setattr(lifecycle, "sweep", lambda tenant_id, now: swept.append(tenant_id))
    stop = threading.Event()
    stop.set()

    Sweeper().sweep_all(stop, lambda: flow.at(1))

    assert swept == []
