"""What the palette finds: only what the viewer may see, few of each kind."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_incident, make_site
from tests.make import NOW, make_tenant, make_user, signed_in, unique
from watchfloor.domain.devices.models import Device
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope


def names(browser: Client, words: str) -> list[str]:
    return [row["name"] for row in browser.get("/find.json", {"q": words}).json()["found"]]


def test_incidents_sites_and_devices_are_found_by_words_and_number() -> None:
    tenant = make_tenant()
    site = make_site(tenant, "Harbour Gate")
    incident = make_incident(tenant, "Camera blind at the harbour", site=site)
    with tenant_scope(tenant.id):
        Device.objects.create(
            code=unique("cam"), name="Harbour camera 3", site=site, created_at=NOW
        )
    browser = signed_in(make_user(tenant, "operator"))

    assert names(browser, "harbour") == [
        "Camera blind at the harbour",
        "Harbour Gate",
        "Harbour camera 3",
    ]
    assert names(browser, f"inc-{incident.number}") == ["Camera blind at the harbour"]
    assert names(browser, "h") == []


def test_nobody_and_a_stranger_find_nothing() -> None:
    make_incident(make_tenant(), "Vault open", site=make_site(make_tenant(), "Vault"))

    assert Client().get("/find.json", {"q": "vault"}).status_code == 401
    assert names(signed_in(make_user(make_tenant(), "admin")), "vault") == []


def test_an_operator_of_one_site_finds_what_is_there() -> None:
    tenant = make_tenant()
    mine, other = make_site(tenant, "Gate North"), make_site(tenant, "Gate South")
    make_incident(tenant, "Gate stuck", site=mine), make_incident(tenant, "Gate burnt", site=other)
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=mine.pk)

    assert names(signed_in(user), "gate") == ["Gate stuck", "Gate North"]


def test_what_it_costs_does_not_grow_with_what_is_found() -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant, "operator"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            names(browser, "gate")
        return len(captured)

    make_incident(tenant, "Gate", site=make_site(tenant, "Gate"))
    few = queries()
    for _ in range(7):
        make_incident(tenant, "Gate", site=make_site(tenant, "Gate"))

    assert queries() == few <= 9
    assert len(names(browser, "gate")) == 10
