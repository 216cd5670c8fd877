"""Configurations and rehearsals over HTTP: who may, what is answered, what a page shows."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from django.test import Client

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from tests.noc import flow, storm
from watchfloor.domain.org.models import Client as Customer
from watchfloor.noc.rehearsal import running
from watchfloor.noc.rehearsal.models import ClusteringConfiguration, Rehearsal
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope

TIGHT = {"clustering": {"idle_gap": 60, "span_cap": 600}}
HOSTILE = "<script>hacked()</script>"
PERIOD = {"starts_at": flow.at(-60).isoformat(), "ends_at": flow.at(700).isoformat()}


@pytest.fixture
def tenant():
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        yield tenant
        Rehearsal.objects.all().delete()


@pytest.fixture
def alice(tenant) -> Client:
    return signed_in(make_user(tenant, "admin"))


def post(client: Client, path: str, **body: Any):
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def asked(client: Client, **changes: Any) -> str:
    answer = post(client, "/rehearsals", **{"document": TIGHT, **PERIOD, **changes})
    assert answer.status_code == 202, answer.content
    return answer.json()["id"]


def done(tenant, client: Client, message: str = "no picture") -> str:
    night = list(storm.night(120))
    flow.work(tenant, *[_saying(report, message) for report in night])
    pk = asked(client)
    assert running.run(pk, now=lambda: flow.at(900))
    return pk


def _saying(report, message):
    return msgspec.structs.replace(report, message=f"{message} {report.message}")


def test_a_document_is_drafted_enabled_and_rolled_back(tenant, alice):
    made = post(alice, "/configurations", document=TIGHT, note="try")
    assert made.status_code == 201
    version = made.json()
    assert (version["version"], version["is_enabled"]) == (1, False)

    enabled = post(alice, f"/configurations/{version['id']}/enable").json()
    assert enabled["is_enabled"]
    assert alice.get(f"/api/v1/configurations/{version['id']}").json() == enabled
    assert post(alice, "/configurations/roll-back").json() == {"enabled": None}
    assert post(alice, "/configurations/roll-back").status_code == 409
    actions = AuditRow.objects.filter(object_kind="configuration").values_list("action", flat=True)
    assert set(actions) == {
        "configuration.drafted", "configuration.enabled", "configuration.rolled_back",
    }  # fmt: skip


def test_a_faulty_document_is_refused_with_field_and_range(alice):
    answer = post(alice, "/configurations", document={"clustering": {"idle_gap": 1}})

    assert answer.status_code == 422
    assert (
        "clustering.idle_gap is 1: set it to a value from 60 to 86400" in answer.json()["message"]
    )


def test_a_rehearsal_is_asked_for_followed_and_read(tenant, alice):
    pk = done(tenant, alice)

    told = alice.get(f"/api/v1/rehearsals/{pk}").json()

    assert told["state"] == "done"
    assert told["result"]["reports"] == told["reports_done"] == 120
    [listed] = alice.get("/api/v1/rehearsals").json()["items"]
    assert listed["id"] == pk
    assert "result" not in listed


def test_one_at_a_time_and_called_off(alice):
    pk = asked(alice)

    assert post(alice, "/rehearsals", document={}).status_code == 409
    assert post(alice, f"/rehearsals/{pk}/cancel").json()["state"] == "cancelled"
    assert post(alice, f"/rehearsals/{pk}/cancel").status_code == 409


def test_a_version_can_be_rehearsed_by_its_id(alice):
    version = post(alice, "/configurations", document=TIGHT).json()

    pk = asked(alice, configuration_id=version["id"], document=None)

    told = alice.get(f"/api/v1/rehearsals/{pk}").json()
    assert (told["configuration_id"], told["candidate"]["clustering"]["idle_gap"]) == (
        version["id"], 60,
    )  # fmt: skip


def calls(client: Client, pk: str, **extra: Any) -> list[int]:
    paths = ["/configurations", "/rehearsals", f"/rehearsals/{pk}"]
    answers = [client.get(f"/api/v1{path}", **extra).status_code for path in paths]
    acts = {"/rehearsals": {"days": 1}, "/configurations": {"document": {}},
            "/configurations/roll-back": {}, f"/rehearsals/{pk}/cancel": {}}  # fmt: skip
    return answers + [
        client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json",
                    **extra).status_code
        for path, body in acts.items()
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["viewer", "operator", "supervisor", "auditor"])
def test_who_may_not_configure_may_nothing(tenant, alice, role):
    pk = asked(alice)

    assert set(calls(signed_in(make_user(tenant, role)), pk)) == {403}
    assert signed_in(make_user(tenant, role)).get("/rehearsal").status_code == 403


def test_who_configures_one_client_only_may_nothing(tenant, alice):
    pk = asked(alice)
    bob = make_user(tenant, "viewer")
    customer = Customer.objects.create(code="c", name="c", created_at=flow.at())
    RoleGrant.objects.filter(user=bob).delete()
    RoleGrant.objects.create(user=bob, role="admin", client_id=customer.pk)
    browser = signed_in(bob)

    assert set(calls(browser, pk)) == {403}
    assert browser.get("/rehearsal").status_code == 403
    assert browser.get(f"/rehearsal/{pk}").status_code == 403


def test_nobody_and_strangers_get_nothing(tenant, alice):
    pk = asked(alice)
    charlie = make_tenant()
    stranger = signed_in(make_user(charlie, "admin"))
    key = make_key(tenant, "operate")

    assert set(calls(Client(), pk)) == {401}
    assert set(calls(Client(), pk, headers=bearer(key))) == {403}
    assert stranger.get(f"/api/v1/rehearsals/{pk}").status_code == 404
    assert stranger.get(f"/rehearsal/{pk}").status_code == 404
    assert stranger.get("/api/v1/rehearsals").json()["items"] == []
    assert post(stranger, f"/rehearsals/{pk}/cancel").status_code == 404
    version = post(alice, "/configurations", document={}).json()["id"]
    assert post(stranger, f"/configurations/{version}/enable").status_code == 404
    assert not ClusteringConfiguration.objects.exclude(enabled_at=None).exists()


def test_a_session_without_its_token_changes_nothing(tenant):
    browser = signed_in(make_user(tenant, "admin"), enforce_csrf_checks=True)

    assert post(browser, "/configurations", document={}).status_code == 403


def test_pages_show_both_sides_and_escape_what_senders_said(tenant, alice):
    pk = done(tenant, alice, HOSTILE)

    page = alice.get(f"/rehearsal/{pk}").content.decode()

    assert "Side by side" in page
    assert "Where they differ, and why" in page
    assert HOSTILE not in page
    assert "&lt;script&gt;hacked()" in page
    listed = alice.get("/rehearsal").content.decode()
    assert "Idle gap 60 s" in listed
    assert "Rehearse" in listed


def test_the_list_names_what_decides_now(tenant, alice):
    version = post(alice, "/configurations", document=TIGHT, note=HOSTILE).json()
    assert "As shipped" in alice.get("/rehearsal").content.decode()

    post(alice, f"/configurations/{version['id']}/enable")

    page = alice.get("/rehearsal").content.decode()
    assert "Version 1 decides since" in page
    assert HOSTILE not in page
