"""Whoever may not see persons finds no name, number or address that the floor knows, anywhere."""

from __future__ import annotations

import pytest

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

SECRETS = ("Grace", "Hill", "O'Brien", "Brien", "7946", "grace@", "Mallory")
MESSAGE = "Grace Hill (+44 20 7946 0001, grace@example.com) replaced O'Brien, Séamus"


@pytest.fixture
def estate() -> Tenant:
    """A site at which an alert names two known persons, and one that only a sender named."""
    tenant = make_tenant()
    people = [
        {"code": "P1", "name": "Grace Hill", "phone": "020 7946 0001", "home_site": "S1",
         "email": "grace@example.com"},
        {"code": "P2", "name": "Séamus O'Brien", "home_site": "S2"},
    ]  # fmt: skip
    tables = {
        InventoryKind.CLIENT: [{"code": "C1"}, {"code": "C2"}],
        InventoryKind.SITE: [
            {"code": "S1", "name": "Harbour", "client": "C1"},
            {"code": "S2", "name": "Park", "client": "C2"},
        ],
        InventoryKind.PERSON: people,
    }
    with tenant_scope(tenant.id):
        inventory.import_inventory(tables, by=SYSTEM, now=flow.at(-60))
    labels = {"note": "seen by Mallory Vane", "nested": '{"who": "Grace Hill"}'}
    for site in ("S1", "S2"):
        report = flow.make_report(
            0, message=MESSAGE, site=site, person="Mallory Vane", labels=labels
        )
        flow.work(tenant, report)
    return tenant


def doors(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.id):
        alert, incident = NOCAlertEvent.objects.all()[0].pk, NOCIncident.objects.all()[0].pk
    return [
        "/", "/alerts", f"/alerts/{alert}", "/reports", "/people", f"/incidents/{incident}",
        "/operation/assignments", "/api/v1/alerts", f"/api/v1/alerts/{alert}",
        "/api/v1/incidents", f"/api/v1/incidents/{incident}", "/api/v1/people",
    ]  # fmt: skip


def test_a_viewer_finds_nobody_on_pages_and_by_api(estate: Tenant) -> None:
    browser = signed_in(make_user(estate, "viewer"))
    for door in doors(estate):
        answer = browser.get(door)
        assert answer.status_code == 200, door
        said = answer.content.decode()
        found = [secret for secret in SECRETS if secret in said]
        assert not found, (door, found)
    operator = signed_in(make_user(estate, "operator"))
    assert "Grace Hill" in operator.get("/api/v1/alerts").content.decode()
    assert "Grace Hill" in operator.get("/alerts").content.decode()


def test_files_hold_nobody_either(estate: Tenant) -> None:
    browser = signed_in(make_user(estate, "auditor"))
    for name in ("alerts.csv", "incidents.csv", "reports.csv", "people.csv"):
        answer = browser.get(f"/{name}")
        assert answer.status_code == 200, name
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert not [secret for secret in SECRETS if secret in said.decode()], name


def test_a_key_that_reads_finds_nobody(estate: Tenant) -> None:
    browser = signed_in(make_user(estate, "viewer"))
    browser.logout()
    key = make_key(estate, "read")
    said = browser.get("/api/v1/alerts", headers=bearer(key)).content.decode()
    assert "G••• H•••" in said
    assert not [secret for secret in SECRETS if secret in said]


def test_who_sees_the_persons_of_one_client_finds_those_of_no_other(estate: Tenant) -> None:
    """The mask follows where somebody lives, and not where the words stand."""
    user = make_user(estate, "operator")
    with tenant_scope(estate.id):
        site = NOCAlertEvent.objects.filter(site__code="S1").get().site
        RoleGrant.objects.filter(user=user).update(client_id=site.client_id)
    said = signed_in(user).get("/api/v1/alerts").content.decode()
    assert "Grace Hill" in said
    assert "Brien" not in said


def test_somebody_new_is_masked_at_once(estate: Tenant) -> None:
    browser = signed_in(make_user(estate, "viewer"))
    browser.get("/api/v1/alerts")
    flow.work(estate, flow.make_report(5, message="Nils Holm was here", site="S1"))
    assert "Nils Holm" in browser.get("/api/v1/alerts").content.decode()
    flow.work(estate, flow.make_report(6, message="again", site="S1", person="Nils Holm"))
    assert "Nils Holm" not in browser.get("/api/v1/alerts").content.decode()
