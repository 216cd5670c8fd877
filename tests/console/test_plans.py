"""Pages of floor plans: who sees which, how devices stand on them, and the ways that lead there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.console.making import make_alert, make_cluster, make_incident, make_site
from tests.console.test_places import HOSTILE, below, bound_to, make_device, queries, text
from tests.domain.test_plans import add, put
from tests.make import NOW, make_tenant, make_user, signed_in
from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Site
from watchfloor.domain.plans.models import Placement, Plan
from watchfloor.noc.alerts.models import MaintenanceWindow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


@pytest.fixture
def site(tenant: Tenant) -> Site:
    return make_site(tenant, "Harbour")


@pytest.fixture
def admin(tenant: Tenant) -> Client:
    return signed_in(make_user(tenant, "admin"))


@pytest.fixture
def plan(admin: Client, site: Site) -> str:
    return str(add(admin, site).json()["id"])


def placed(tenant: Tenant, plan: str, name: str, **values: Any) -> Device:
    with tenant_scope(tenant.id):
        site = Plan.objects.get(pk=plan).site
    device = make_device(tenant, name, **{"site": site} | values)
    with tenant_scope(tenant.id):
        Placement.objects.create(plan_id=plan, device=device, x=0.5, y=0.25)
    return device


def marked(browser: Client, plan: str) -> list[tuple[str, str]]:
    marks = browser.get(f"/plans/{plan}").context["marks"]
    return [(mark.device.name, mark.look.key) for mark in marks]


def window(tenant: Tenant, **values: Any) -> None:
    now = timezone.now()
    with tenant_scope(tenant.id):
        MaintenanceWindow.objects.create(
            **{"title": "x", "starts_at": now - timedelta(hours=1), "created_at": NOW}
            | {"ends_at": now + timedelta(hours=1)}
            | values
        )


def test_a_plan_shows_how_each_device_is_the_worst_first(tenant, site, admin, plan) -> None:
    names = ("Alarmed", "Tested", "Worked on", "Heard", "Never heard", "Long ago")
    devices = {name: placed(tenant, plan, name) for name in names}
    heard = {"site": site, "at": timezone.now(), "signal": 2}
    make_alert(tenant, device=devices["Heard"], **heard)
    make_alert(tenant, device=devices["Long ago"], **heard | {"at": NOW})
    make_alert(tenant, device=devices["Alarmed"], site=site, severity=2)
    make_alert(tenant, device=devices["Alarmed"], site=site, severity=5)
    make_alert(tenant, device=devices["Tested"], site=site, suppressed_by="test:x")
    window(tenant, device_ids=[str(devices["Tested"].pk)], is_test=True)
    window(tenant, device_ids=[str(devices["Worked on"].pk)], site_ids=[str(site.pk)])
    window(tenant, site_ids=[str(site.pk)], alert_types=["DOOR_FORCED"])
    window(tenant, ends_at=timezone.now() - timedelta(minutes=1))
    window(tenant, site_ids=[str(make_site(tenant).pk)])

    assert marked(admin, plan) == [
        ("Alarmed", "critical"),
        ("Tested", "test"),
        ("Worked on", "maintenance"),
        ("Long ago", "unheard"),
        ("Never heard", "unheard"),
        ("Heard", "well"),
    ]


def test_a_mark_leads_to_its_device_and_to_the_incident_of_its_worst_alert(
    tenant, site, admin, plan
) -> None:
    door = placed(tenant, plan, "Door")
    mild, grave = (make_alert(tenant, device=door, site=site, severity=n) for n in (2, 4))
    make_incident(tenant, "Dust", site=site, cluster=make_cluster(tenant, mild))
    worst = make_incident(tenant, "Forced", site=site, cluster=make_cluster(tenant, grave))

    page = text(admin, f"/plans/{plan}?device={door.pk}")

    assert page.count(f'data-incident="/incidents/{worst.pk}"') == 2
    assert page.count('aria-current="true"') == 1
    assert "Dust" not in page
    for way in (f"/devices/{door.pk}", f"/incidents/{worst.pk}/plans"):
        assert f"/plans/{plan}?device={door.pk}" in text(admin, way)
    assert f"/plans/{plan}" in text(admin, f"/sites/{site.pk}")


def test_devices_that_stand_nowhere_are_listed_those_below_the_site_too(
    tenant, site, admin, plan
) -> None:
    hall = below(tenant, site, "Hall")
    make_device(tenant, "Camera", site=hall)
    make_device(tenant, "Elsewhere", site=make_site(tenant))
    moved = placed(tenant, plan, "Moved here", site=make_site(tenant))
    with tenant_scope(tenant.id):
        Plan.objects.filter(pk=plan).update(site=moved.site)
        other = Plan.objects.get(pk=add(admin, site, name="Roof").json()["id"])
        Device.objects.filter(pk=moved.pk).update(site=hall)

    shown = admin.get(f"/plans/{other.pk}").context["unplaced"]

    assert [str(device) for device in shown] == ["Camera", "Moved here"]
    assert marked(admin, plan) == []


def test_who_may_not_place_sees_the_plan_and_no_button(tenant, site, admin, plan) -> None:
    placed(tenant, plan, "Door")
    make_device(tenant, "Lamp", site=site)

    seen = text(signed_in(make_user(tenant)), f"/plans/{plan}")

    assert "Door" in seen
    assert "Lamp" in seen
    assert not any(word in seen for word in ("data-place", "data-remove", "placing.js"))
    assert "Add a floor plan" not in text(signed_in(make_user(tenant)), "/plans")
    assert "Add a floor plan" in text(admin, "/plans")


def test_a_stranger_and_a_neighbour_find_no_plan(tenant, site, plan) -> None:
    stranger = signed_in(make_user(make_tenant(), "admin"))
    neighbour = bound_to(make_site(tenant, "Airport"), tenant, "admin")

    for who in (stranger, neighbour):
        assert who.get(f"/plans/{plan}").status_code == 404
        assert not who.get("/plans").context["rows"]
    assert len(bound_to(site, tenant).get("/plans").context["rows"]) == 1
    assert Client().get(f"/plans/{plan}").status_code == 302


def test_the_list_counts_devices_and_what_fires_and_is_searched(tenant, site, admin, plan) -> None:
    door = placed(tenant, plan, "Door")
    placed(tenant, plan, "Lamp")
    make_alert(tenant, device=door, site=site, severity=4)
    add(admin, make_site(tenant, "Airport"), name="Roof")

    [(shown, count, firing)] = admin.get("/plans", {"q": "harb"}).context["rows"]

    assert (shown.name, count, firing.count, firing.worst) == ("Ground floor", 2, 1, 4)
    assert len(admin.get("/plans").context["rows"]) == 2
    assert "No floor plan is called this" in text(admin, "/plans?q=nothing")


def test_what_others_wrote_on_a_plan_stays_text(tenant, site, admin, plan) -> None:
    placed(tenant, plan, HOSTILE)
    make_device(tenant, HOSTILE, site=site)
    put(admin, plan, name=HOSTILE, level=0)

    for path in ("/plans", f"/plans/{plan}"):
        page = text(admin, path)
        assert "hacked" in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("path", ["/plans", "/plans/{plan}"])
def test_the_queries_of_a_page_of_plans_do_not_grow(tenant, site, admin, plan, path) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            door = placed(tenant, plan, f"Door {number}")
            alert = make_alert(tenant, device=door, site=site)
            make_incident(tenant, site=site, cluster=make_cluster(tenant, alert))
            make_device(tenant, "Lamp", site=below(tenant, site, "Hall"))
            add(admin, make_site(tenant), name="Roof")
            window(tenant, site_ids=[str(site.pk)])

    fill(1)
    few = queries(admin, path.format(plan=plan))
    fill(4)

    assert queries(admin, path.format(plan=plan)) == few <= 15
