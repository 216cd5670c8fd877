"""Standing orders by HTTP: who may, what a stranger finds, and how a refusal reads."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_incident, make_site
from tests.make import make_tenant, make_user, signed_in
from tests.noc.orders.making import CALL, LOOK, make_order
from watchfloor.noc.incidents.models import IncidentPlace
from watchfloor.noc.orders.models import OrderVersion, StepMark
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope

TABLE = "code,title,step,required\ndoor,Door,Call,yes\n"


@pytest.fixture
def tenant():
    return make_tenant()


def post(client, path, body=None):
    return client.post(f"/api/v1{path}", json.dumps(body or {}), content_type="application/json")


def act(client, incident, name, order, **said):
    body = {"step": 1, "version_id": str(order.pk)} | said
    return post(client, f"/incidents/{incident.pk}/order/{name}", body)


def bound_to(site, user):
    with tenant_scope(user.tenant_id):
        RoleGrant.objects.filter(user=user).update(site_id=site.pk)
    return signed_in(user)


def order(**values):
    return {"code": "door", "title": "Door", "steps": [CALL, LOOK]} | values


def test_an_order_is_saved_read_changed_and_retired(tenant):
    admin = signed_in(make_user(tenant, "admin"))

    made = post(admin, "/orders", order(based_on=0))
    assert (made.status_code, made.json()["version"]) == (200, 1)
    assert post(admin, "/orders", order(based_on=0)).status_code == 409
    assert post(admin, "/orders", order(title="Gate", based_on=1)).json()["version"] == 2
    shown = admin.get(f"/api/v1/orders/{made.json()['id']}").json()
    assert [one["title"] for one in shown["versions"]] == ["Gate", "Door"]
    assert [one["code"] for one in admin.get("/api/v1/orders?q=gat").json()["items"]] == ["door"]
    assert admin.get("/api/v1/orders?q=fire").json()["items"] == []

    assert admin.delete(f"/api/v1/orders/{made.json()['id']}").status_code == 204
    assert admin.get(f"/api/v1/orders/{made.json()['id']}").status_code == 404


def test_a_wrong_order_is_told_field_by_field(tenant):
    admin = signed_in(make_user(tenant, "admin"))

    answer = post(admin, "/orders", order(hours="at night", site="nowhere"))
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["hours"])
    answer = post(admin, "/orders", order(site="nowhere"))
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["site"])


def test_a_table_is_rehearsed_and_read_in(tenant):
    admin = signed_in(make_user(tenant, "admin"))

    for dry_run in (True, False):
        answer = post(admin, "/orders/import", {"csv": TABLE, "dry_run": dry_run})
        assert (answer.status_code, answer.json()["created"]) == (200, 1)
        assert len(admin.get("/api/v1/orders").json()["items"]) == (not dry_run)
    answer = post(admin, "/orders/import", {"csv": "code,title,step\ngate,,Call\n"})
    assert answer.status_code == 422
    assert [(one["row"], one["field"]) for one in answer.json()["errors"]] == [(1, "title")]


def test_steps_are_ticked_skipped_and_taken_back_and_hold_up_resolving_by_name(tenant):
    incident, said = make_incident(tenant), make_order(tenant)
    anna, bob = signed_in(make_user(tenant)), signed_in(make_user(tenant, "supervisor"))

    refused = post(anna, f"/incidents/{incident.pk}/resolve")
    assert refused.status_code == 409
    assert refused.json()["open_steps"] == [{"number": 1, "text": "Call the site"}]
    assert "1. Call the site" in refused.json()["message"]
    assert anna.get(f"/api/v1/incidents/{incident.pk}/order").json()["open_steps"] == [1]

    assert act(anna, incident, "skip", said).status_code == 422
    [step] = act(anna, incident, "skip", said, reason="line is dead").json()["steps"]
    assert (step["state"], step["by"], step["reason"]) == ("skipped", "operator", "line is dead")
    second = act(bob, incident, "do", said)
    assert (second.status_code, second.json()["earlier"]["who"]) == (409, "operator")
    act(bob, incident, "take-back", said)
    assert act(bob, incident, "do", said).json()["open_steps"] == []
    assert post(anna, f"/incidents/{incident.pk}/resolve").status_code == 200


def test_an_incident_without_an_order_is_told_so_and_resolves(tenant):
    incident = make_incident(tenant)
    anna = signed_in(make_user(tenant))

    assert anna.get(f"/api/v1/incidents/{incident.pk}/order").json()["steps"] == []
    assert post(anna, f"/incidents/{incident.pk}/resolve").status_code == 200


def test_who_may_only_look_reads_orders_and_touches_none(tenant):
    incident, said = make_incident(tenant), make_order(tenant)
    viewer, operator = signed_in(make_user(tenant, "viewer")), signed_in(make_user(tenant))

    assert viewer.get(f"/api/v1/incidents/{incident.pk}/order").status_code == 200
    for name in ("do", "skip", "take-back"):
        assert act(viewer, incident, name, said, reason="x").status_code == 403
    for client in (viewer, operator):
        assert len(client.get("/api/v1/orders").json()["items"]) == 1
        assert post(client, "/orders", order()).status_code == 403
        assert post(client, "/orders/import", {"csv": TABLE}).status_code == 403
        assert client.delete(f"/api/v1/orders/{said.order_id}").status_code == 403
    forged = signed_in(make_user(tenant, "admin"), enforce_csrf_checks=True)
    assert post(forged, "/orders", order()).status_code == 403
    assert act(forged, incident, "do", said).status_code == 403
    assert Client().get("/api/v1/orders").status_code == 401


def test_a_stranger_finds_no_order_and_no_step(tenant):
    incident, said = make_incident(tenant), make_order(tenant)
    charlie = signed_in(make_user(make_tenant(), "admin"))

    assert charlie.get("/api/v1/orders").json()["items"] == []
    assert charlie.get("/api/v1/orders/report").json()["items"] == []
    assert charlie.get(f"/api/v1/orders/{said.order_id}").status_code == 404
    assert charlie.delete(f"/api/v1/orders/{said.order_id}").status_code == 404
    assert charlie.get(f"/api/v1/incidents/{incident.pk}/order").status_code == 404
    for name in ("do", "skip", "take-back"):
        assert act(charlie, incident, name, said, reason="x").status_code == 404
    with tenant_scope(tenant.id):
        assert not StepMark.objects.exists()
        assert OrderVersion.objects.get().ended_at is None


def test_who_sees_one_site_sees_its_orders_and_acts_on_what_is_wholly_there(tenant):
    mine, other = make_site(tenant), make_site(tenant)
    here = make_order(tenant, site=mine.code)
    there, everywhere = make_order(tenant, client=other.client.code), make_order(tenant)
    spread = make_incident(tenant, site=mine)
    with tenant_scope(tenant.id):
        IncidentPlace.objects.create(incident=spread, site=other, client_id=other.client_id)
    anna = bound_to(mine, make_user(tenant))

    assert [one["id"] for one in anna.get("/api/v1/orders").json()["items"]] == [str(here.order_id)]
    for version in (there, everywhere):
        assert anna.get(f"/api/v1/orders/{version.order_id}").status_code == 404
    assert act(anna, make_incident(tenant, site=mine), "do", here).status_code == 200
    assert anna.get(f"/api/v1/incidents/{spread.pk}/order").status_code == 403
    assert act(anna, spread, "do", here).status_code == 403


def test_the_report_says_what_came_of_orders(tenant):
    site = make_site(tenant)
    incident = make_incident(tenant, site=site, opened_at=timezone.now())
    said = make_order(tenant)
    anna = signed_in(make_user(tenant))
    act(anna, incident, "skip", said, reason="=1+1")

    [line] = anna.get("/api/v1/orders/report").json()["items"]

    assert (line["client"], line["used"], line["settled"]) == ("Acme", 1, 1)
    assert line["skipped"][0] | {"text": ""} == {
        "step": 1,
        "text": "",
        "reason": "=1+1",
        "times": 1,
    }
    assert anna.get("/api/v1/orders/report?since=2001-01-01T00:00:00Z&until=2002-01-01T00:00:00Z")


def test_the_queries_of_the_list_do_not_grow_with_the_orders(tenant):
    admin = signed_in(make_user(tenant, "admin"))

    def more(count):
        for _ in range(count):
            make_order(tenant, site=make_site(tenant).code)
        with CaptureQueriesContext(connection) as counted:
            admin.get("/api/v1/orders")
        return len(counted)

    more(1)
    assert more(1) == more(8)
