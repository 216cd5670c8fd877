"""What the palette finds: only what the viewer may see, few of each kind."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_incident, make_site
from tests.make import NOW, make_tenant, make_user, signed_in, unique
from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Site
from watchfloor.domain.plans.models import Plan
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


def make_placed(tenant: Tenant, name: str) -> Site:
    """Make a site with all that it can be looked at by: a position, a device and a plan."""
    site = make_site(tenant, name)
    picture = {"media_type": "image/png", "size": 9, "sha256": "0" * 64, "width": 8, "height": 6}
    with tenant_scope(tenant.id):
        Site.objects.filter(pk=site.pk).update(latitude=52.5, longitude=13.25)
        Device.objects.create(code=unique("door"), site=site, created_at=NOW)
        Plan.objects.create(site=site, name="Cellar", created_at=NOW, **picture)
    return site


def found(browser: Client, words: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = browser.get("/find.json", {"q": words}).json()["found"]
    return rows


def names(browser: Client, words: str, *kinds: str) -> list[str]:
    rows = found(browser, words)
    return [row["name"] for row in rows if not kinds or row["kind"] in kinds]


def test_incidents_sites_and_devices_are_found_by_words_and_number() -> None:
    tenant = make_tenant()
    site = make_site(tenant, "Harbour Gate")
    incident = make_incident(tenant, "Camera blind at the harbour", site=site)
    with tenant_scope(tenant.id):
        Device.objects.create(
            code=unique("cam"), name="Harbour camera 3", site=site, created_at=NOW
        )
    browser = signed_in(make_user(tenant, "operator"))

    assert names(browser, "harbour", "Incidents", "Sites", "Devices") == [
        "Camera blind at the harbour",
        "Harbour Gate",
        "Harbour camera 3",
    ]
    assert names(browser, f"inc-{incident.number}") == ["Camera blind at the harbour"]
    assert names(browser, "h") == []


def test_a_site_is_found_on_its_plans_the_map_and_the_device_wall() -> None:
    tenant = make_tenant()
    site = make_placed(tenant, "Harbour Gate")
    browser = signed_in(make_user(tenant, "operator"))

    ways = {row["kind"]: row for row in found(browser, "harbour")}
    assert ways["Floor plans"]["name"] == "Cellar"
    assert ways["Floor plans"]["note"] == "Harbour Gate"
    assert names(browser, "cellar") == ["Cellar"]
    for way, there in ways.items():
        assert browser.get(there["address"]).status_code == 200, way
    assert "lat=52.5&lon=13.25" in ways["On the map"]["address"]
    assert str(site.pk) in ways["On the device wall"]["address"]


def test_nobody_and_a_stranger_find_nothing() -> None:
    make_placed(tenant := make_tenant(), "Vault")
    make_incident(tenant, "Vault open")

    assert Client().get("/find.json", {"q": "vault"}).status_code == 401
    assert names(signed_in(make_user(make_tenant(), "admin")), "vault") == []


def test_an_operator_of_one_site_finds_what_is_there() -> None:
    tenant = make_tenant()
    mine, other = make_placed(tenant, "Gate North"), make_placed(tenant, "Gate South")
    make_incident(tenant, "Gate stuck", site=mine), make_incident(tenant, "Gate burnt", site=other)
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=mine.pk)

    rows = found(signed_in(user), "gate")
    gate = "Gate North"
    assert [row["name"] for row in rows] == ["Gate stuck", gate, "Cellar", gate, gate]
    assert rows[2]["note"] == gate


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

    assert queries() == few <= 10
    assert len(names(browser, "gate")) == 10
