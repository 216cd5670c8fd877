"""Desks by HTTP: who may, what a stranger finds, and what the second is told."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_incident, make_site
from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.noc.desks.models import Break, Claim
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope


@pytest.fixture
def tenant():
    return make_tenant()


def post(client, path, **headers):
    return client.post(f"/api/v1{path}", "{}", content_type="application/json", headers=headers)


def claim(client, incident, act=""):
    return post(client, f"/incidents/{incident.pk}/claim{act}")


def test_the_second_to_open_is_answered_409_with_who_what_and_when(tenant):
    incident = make_incident(tenant)
    anna, bob = signed_in(make_user(tenant)), signed_in(make_user(tenant, "supervisor"))

    first = claim(anna, incident)
    second = claim(bob, incident)

    assert (first.status_code, first.json()["user_name"]) == (200, "operator")
    assert second.status_code == 409
    problem = json.loads(second.content)
    assert problem["code"] == "conflict"
    assert problem["earlier"]["who"] == "operator"
    assert problem["earlier"]["what"] == "claimed it"
    assert claim(anna, incident).json()["since"] == first.json()["since"]


def test_taking_over_and_leaving(tenant):
    incident = make_incident(tenant)
    anna, bob = signed_in(make_user(tenant)), signed_in(make_user(tenant, "supervisor"))
    claim(anna, incident)

    assert claim(bob, incident, "/take-over").json()["user_name"] == "supervisor"
    assert [row["user_name"] for row in anna.get("/api/v1/claims").json()["items"]] == [
        "supervisor"
    ]
    assert claim(bob, incident, "/leave").status_code == 204
    assert anna.get("/api/v1/claims").json()["items"] == []


def test_who_only_looks_claims_nothing_and_sees_no_desks(tenant):
    incident = make_incident(tenant)
    viewer = signed_in(make_user(tenant, "viewer"))

    assert claim(viewer, incident).status_code == 403
    assert claim(viewer, incident, "/take-over").status_code == 403
    assert viewer.get("/api/v1/desks").status_code == 403
    assert post(viewer, "/desks/break").status_code == 403


def test_a_stranger_finds_no_incident_to_claim_and_no_claim(tenant):
    incident = make_incident(tenant)
    claim(signed_in(make_user(tenant)), incident)
    charlie = signed_in(make_user(make_tenant(), "admin"))

    for act in ("", "/leave", "/take-over"):
        assert claim(charlie, incident, act).status_code == 404
    assert charlie.get("/api/v1/claims").json()["items"] == []
    assert "operator" not in charlie.get("/api/v1/desks").content.decode()


def test_who_sees_a_part_of_it_does_not_claim_it_for_all(tenant):
    mine = make_site(tenant)
    incident = make_incident(tenant, site=mine)
    with tenant_scope(tenant.id):
        incident.places.create(site=make_site(tenant, "Airport"))
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=mine.pk)

    assert claim(signed_in(user), incident).status_code == 403


def test_a_key_claims_nothing(tenant):
    incident = make_incident(tenant)
    key = make_key(tenant, "operate")

    answer = signed_in(make_user(tenant)).post(
        f"/api/v1/incidents/{incident.pk}/claim", headers=bearer(key)
    )

    assert (answer.status_code, answer.json()["message"]) == (
        403,
        "A desk is a person's: sign in.",
    )


def test_a_page_of_another_origin_cannot_claim_for_somebody(tenant):
    incident = make_incident(tenant)
    browser = signed_in(make_user(tenant), enforce_csrf_checks=True)

    assert claim(browser, incident).status_code == 403
    with tenant_scope(tenant.id):
        assert not Claim.objects.exists()


def test_a_break_is_begun_and_ended(tenant):
    anna = signed_in(make_user(tenant))

    assert post(anna, "/desks/break").status_code == 200
    [desk] = anna.get("/api/v1/desks").json()["desks"]
    assert desk["break_since"]
    assert post(anna, "/desks/break/end").status_code == 204
    with tenant_scope(tenant.id):
        assert Break.objects.get().ended_at


def test_the_desks_say_what_waits_and_cost_as_much_for_many_as_for_few(tenant):
    anna = signed_in(make_user(tenant))

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert anna.get("/api/v1/desks").status_code == 200
        return len(asked)

    for number in range(2):
        make_incident(tenant, f"Door {number}")
    few = cost()
    for number in range(30):
        incident = make_incident(tenant, f"Gate {number}")
        claim(signed_in(make_user(tenant)), incident) if number < 5 else None
    told = anna.get("/api/v1/desks").json()

    assert cost() <= few
    assert (told["unclaimed"], len(told["waiting"])) == (27, 27)
    assert len([desk for desk in told["desks"] if desk["looks_at"]]) == 5
