"""A work order that a job became, done by hand on its page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.domain.work.models import Job, WorkOrder
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing import jobs
from watchfloor.sensing.reactive.drain import EventDrain

HOSTILE = '<img src=x onerror="hacked()">'


def page(browser: Browser, path: str) -> str:
    with CaptureQueriesContext(connections["default"]) as queries:
        answer = browser.get(path)
    assert (answer.status_code, len(queries) <= 14) == (200, True)
    return answer.getvalue().decode()


def act(browser: Browser, order: WorkOrder, name: str, **said: Any) -> Any:
    path = f"/api/v1/work-orders/{order.pk}/{name}"
    return browser.post(path, said, content_type="application/json")


def worked(tenant: Tenant) -> WorkOrder:
    """Let what waits be worked; return the only work order."""
    EventDrain()._work(tenant.id, timezone.now())
    with tenant_scope(tenant.id):
        return WorkOrder.objects.get()


def test_work_of_a_job_is_done_put_off_and_taken_up_again_by_hand() -> None:
    tenant, now = make_tenant(), timezone.now()
    site = make_site(tenant, "Harbour")
    with tenant_scope(tenant.id):
        since = now - timedelta(hours=9)
        times = f"{(now - timedelta(hours=3)):%H:%M}"
        Job.objects.create(code="pump", name=HOSTILE, site=site, times=times, created_at=since)
        jobs.make_due(now)
    order = worked(tenant)
    path = f"/work-orders/{order.pk}"
    anna, victor = signed_in(make_user(tenant)), signed_in(make_user(tenant, "viewer"))
    csrf = signed_in(make_user(tenant), enforce_csrf_checks=True)
    stranger = signed_in(make_user(make_tenant(), "admin"))

    assert f'href="{path}"' in page(anna, "/operation/work-orders")
    shown = page(anna, path)
    assert HOSTILE not in shown
    assert 'value="complete"' in shown
    assert 'value="reopen"' not in shown
    assert 'id="acting"' not in page(victor, path)
    assert stranger.get(path).status_code == 404
    for who, status in ((victor, 403), (csrf, 403), (Browser(), 401), (stranger, 404)):
        assert act(who, order, "complete").status_code == status

    assert act(anna, order, "hold", state="NEW").json()["state"] == "ON_HOLD"
    assert worked(tenant).state == "ON_HOLD"
    assert act(anna, order, "start", state="NEW").status_code == 409, "it is on hold by now"
    assert act(anna, order, "complete").status_code == 202
    done = worked(tenant)
    assert (done.state, done.title, done.due_at) == ("COMPLETED", HOSTILE, order.due_at)
    assert done.ended_at
    assert act(anna, order, "start").json()["code"] == "conflict"
    assert 'value="reopen"' in page(anna, path)
    assert act(anna, order, "reopen").status_code == 202
    assert worked(tenant).ended_at is None
    with tenant_scope(tenant.id):
        acts = AuditRow.objects.filter(object_kind="work_order").order_by("at", "id")
        assert list(acts.values_list("action", flat=True)) == [
            "work_order.hold", "work_order.complete", "work_order.reopen"
        ]  # fmt: skip
