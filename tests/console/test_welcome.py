"""The first steps are done when the floor finds that they are, and not before."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_site
from tests.make import make_integration, make_key, make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.console import welcome
from watchfloor.domain.org.models import Site
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.noc.integrations import render
from watchfloor.noc.integrations.models import Delivery, DeliveryState, Heartbeat
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

JSON = "application/json"
SITES = "code,name,client,latitude,longitude\nS1,North,ACME,1.5,2\nS2,South,ACME,,\n"


@pytest.fixture
def admin() -> Client:
    return signed_in(make_user(make_tenant(), "admin"))


def done(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.id):
        return [one.name for one in welcome.steps() if one.found]


def test_each_step_is_done_by_what_the_floor_finds_itself() -> None:
    tenant, now = make_tenant(), timezone.now()
    make_user(tenant)
    assert done(tenant) == []

    make_key(tenant, integration=make_integration(tenant))
    flow.work(tenant, flow.make_report(0, integration=OURSELVES, device="source"))
    assert done(tenant) == ["A key to send with"], "the floor's own alerts are nobody's"

    for device in ("a", "b"):
        flow.work(tenant, flow.make_report(1, device=device))
    make_site(tenant, "North")
    make_user(tenant)
    with tenant_scope(tenant.id):
        for event in ("incident.opened", render.TEST):
            Delivery.objects.create(
                channel="email", target="a@example.com", event=event, body={}, next_at=now,
                created_at=now, state=DeliveryState.SENT, sent_at=now,
            )  # fmt: skip
        Heartbeat.objects.create(url="https://example.com/beat", last_at=now)
        assert [one.found != "" for one in welcome.steps()] == [True] * 7


def test_what_failed_is_not_done() -> None:
    tenant, now = make_tenant(), timezone.now()
    with tenant_scope(tenant.id):
        Delivery.objects.create(
            channel="email", target="a@example.com", event=render.TEST, body={}, next_at=now,
            created_at=now, state=DeliveryState.FAILED,
        )  # fmt: skip
        Heartbeat.objects.create(url="https://example.com", last_at=now, last_error="answered 500")
    make_site(tenant, "Named by a sender")
    with tenant_scope(tenant.id):
        Site.objects.update(is_verified=False)

    assert done(tenant) == []


def test_the_time_of_the_first_alert_is_when_it_came_and_not_what_it_claims() -> None:
    tenant, now = make_tenant(), timezone.now()
    flow.work(tenant, flow.make_report(0))

    with tenant_scope(tenant.id):
        [first] = [one for one in welcome.steps() if one.name == "The first alert received"]
    assert first.at is not None
    assert abs(first.at - now) < timedelta(minutes=1)


def test_an_empty_floor_leads_there_those_who_may_set_it_up(admin: Client) -> None:
    operator = signed_in(make_user(make_tenant()))

    for path in ("/", "/alerts"):
        assert 'href="/welcome">First steps</a></p>' in admin.get(path).content.decode()
        assert "/welcome" not in operator.get(path).content.decode()
    assert operator.get("/welcome").status_code == 403


def test_a_table_of_sites_is_tried_then_taken_in_with_its_clients(admin: Client) -> None:
    def send(csv: str, *, dry_run: bool = False):
        return admin.post("/api/v1/sites/import", {"csv": csv, "dry_run": dry_run}, JSON)

    assert send(SITES, dry_run=True).json()["created"] == 3
    assert admin.get("/api/v1/sites").json()["items"] == []
    assert send(SITES).json()["created"] == 3
    again = send(SITES.replace("South", "Far south")).json()
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 1, 1)
    wrong = send("code,latitude\nS3,far\n")
    assert wrong.status_code == 422
    assert [(one["row"], one["field"]) for one in wrong.json()["errors"]] == [(1, "latitude")]
    cure = "add a column: code; its first line has 'name'"
    assert send("name\nNorth\n").json()["fields"] == {"csv": cure}
    refused = signed_in(make_user(make_tenant()))
    assert refused.post("/api/v1/sites/import", {"csv": SITES}, JSON).status_code == 403


def test_the_page_costs_few_queries_and_names_what_there_is(admin: Client) -> None:
    with CaptureQueriesContext(connection) as seen:
        page = admin.get("/welcome").content.decode()

    assert len(seen) <= 15
    assert "0 of 7 done" in page
    assert len(re.findall(r"<li><span class=\"tick\"", page)) == 7
