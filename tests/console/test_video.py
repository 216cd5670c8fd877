"""Links to the video system on pages: of which cameras, at which moment, and for whom."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_alert, make_cluster, make_incident, make_site
from tests.console.test_places import bound_to, make_device, text
from tests.make import NOW, make_tenant, make_user, signed_in
from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Client, Site
from watchfloor.domain.plans.models import Placement, Plan
from watchfloor.domain.video import services
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

VMS = "https://vms.example/live?camera={camera}&at={at_ms}"


@pytest.fixture
def site(tenant: Tenant) -> Site:
    return make_site(tenant, "Harbour")


def link(tenant: Tenant, template: str = VMS, *, client: Client | None = None) -> None:
    with tenant_scope(tenant.id):
        services.change(template, client=client, by=SYSTEM, now=NOW)


def camera(tenant: Tenant, name: str, site: Site, **values: Any) -> Device:
    return make_device(tenant, name, **{"site": site, "kind": "camera"} | values)


def at(device: Device, **later: float) -> str:
    moment = NOW + timedelta(**later)
    return f"https://vms.example/live?camera={device.code}&at={int(moment.timestamp() * 1000)}"


def of_site(site: Site) -> dict[str, Any]:
    return {"site": site, "client_id": site.client_id}


def make_of(tenant: Tenant, *alerts: Any, **values: Any) -> NOCIncident:
    return make_incident(
        tenant, cluster=make_cluster(tenant, *alerts, score=0.9, threshold=0.5), **values
    )


def links(page: str) -> list[str]:
    found = re.findall(r'<a [^>]*href="([^"]+)"([^>]*)data-video>', page)
    assert all('target="_blank" rel="noopener noreferrer"' in how for _, how in found)
    return [unescape(address) for address, _ in found]


def test_alerts_of_cameras_lead_to_their_moment_and_the_rest_to_cameras_around(
    tenant: Tenant, site: Site
) -> None:
    link(tenant)
    gate, quay = camera(tenant, "Gate", site), camera(tenant, "Quay", site, kind="PTZ_Camera")
    door = make_device(tenant, "Door", site=site, kind="door_controller")
    camera(tenant, "Elsewhere", make_site(tenant))
    opened = make_alert(tenant, "Door forced", device=door, **of_site(site))
    moved = make_alert(tenant, at=NOW + timedelta(seconds=9), device=quay, **of_site(site))
    browser = signed_in(make_user(tenant))

    incident = make_of(tenant, opened, moved, site=site, alert_count=2)

    assert links(text(browser, f"/incidents/{incident.pk}")) == [at(quay, seconds=9)]
    assert links(text(browser, f"/incidents/{incident.pk}/video")) == [at(gate), at(quay)]
    assert links(text(browser, f"/alerts/{moved.pk}")) == [at(quay, seconds=9)]
    assert links(text(browser, f"/alerts/{opened.pk}")) == []


def test_an_incident_that_was_opened_by_hand_shows_the_cameras_of_its_site(
    tenant: Tenant, site: Site
) -> None:
    link(tenant)
    gate = camera(tenant, "Gate", site)

    page = text(
        signed_in(make_user(tenant)), f"/incidents/{make_incident(tenant, site=site).pk}/video"
    )

    assert links(page) == [at(gate)]


def test_the_nearest_on_the_plan_come_first_then_those_behind_the_same_switch(
    tenant: Tenant, site: Site
) -> None:
    link(tenant)
    switch = make_device(tenant, "Switch", site=site)
    door = make_device(tenant, "Door", site=site, parent=switch)
    with tenant_scope(tenant.id):
        plan = Plan.objects.create(
            site=site, name="Yard", media_type="image/png", size=1, sha256="0" * 64,
            width=4000, height=1000, created_at=NOW,
        )  # fmt: skip
        Placement.objects.create(plan=plan, device=door, x=0.5, y=0.5)
        named = {"Beside": (0.4, 0.5), "Below": (0.5, 0.8), "Far": (0.9, 0.5)}
        for name, (x, y) in named.items():
            Placement.objects.create(plan=plan, device=camera(tenant, name, site), x=x, y=y)
    camera(tenant, "On the switch", site, parent=switch)
    for number in range(9):
        camera(tenant, f"Another {number}", site)
    alert = make_alert(tenant, device=door, **of_site(site))

    page = text(signed_in(make_user(tenant)), f"/incidents/{make_of(tenant, alert).pk}/video")

    shown = re.findall(r"data-video>([^<]+)</a>", page)
    assert shown == ["Below", "Beside", "Far", "On the switch", "Another 0", "Another 1"]


def test_a_client_with_a_system_of_its_own_is_seen_there(tenant: Tenant, site: Site) -> None:
    link(tenant)
    link(tenant, "https://own.example/{client}/{camera}", client=site.client)
    gate, other = camera(tenant, "Gate", site), camera(tenant, "Quay", make_site(tenant))
    browser = signed_in(make_user(tenant))
    assert site.client is not None

    [seen] = [browser.get(f"/devices/{gate.pk}/video")]

    assert seen.headers["Location"] == f"https://own.example/{site.client.code}/{gate.code}"
    assert "vms.example" in browser.get(f"/devices/{other.pk}/video").headers["Location"]


def test_live_video_is_of_the_moment_in_which_somebody_asks(tenant: Tenant, site: Site) -> None:
    link(tenant)
    gate, door = camera(tenant, "Gate", site), make_device(tenant, "Camera door", site=site)
    browser = signed_in(make_user(tenant))
    before = timezone.now()

    assert links(text(browser, f"/devices/{gate.pk}")) == [f"/devices/{gate.pk}/video"]
    asked = browser.get(f"/devices/{gate.pk}/video").headers["Location"].rpartition("=")[2]
    assert before.timestamp() * 1000 - 1 <= int(asked) <= timezone.now().timestamp() * 1000
    assert links(text(browser, f"/devices/{door.pk}")) == []
    assert browser.get(f"/devices/{door.pk}/video").status_code == 404


def test_where_nothing_is_linked_nothing_is_shown(tenant: Tenant, site: Site) -> None:
    gate = camera(tenant, "Gate", site)
    alert = make_alert(tenant, device=gate, **of_site(site))
    browser = signed_in(make_user(tenant))
    incident = f"/incidents/{make_of(tenant, alert, site=site).pk}"

    for path in (
        *(f"{incident}{part}" for part in ("", "/video")), f"/alerts/{alert.pk}",
        f"/devices/{gate.pk}",
    ):  # fmt: skip
        assert links(text(browser, path)) == []
    assert browser.get(f"/devices/{gate.pk}/video").status_code == 404


def test_cameras_beyond_the_viewers_places_lead_nowhere(tenant: Tenant, site: Site) -> None:
    link(tenant)
    other = make_site(tenant, "Airport")
    runway = camera(tenant, "Runway", other)
    alert = make_alert(tenant, device=runway, **of_site(site))
    guard = bound_to(site, tenant)

    incident = make_of(tenant, alert, site=site)

    assert links(text(guard, f"/incidents/{incident.pk}")) == []
    assert links(text(guard, f"/incidents/{incident.pk}/video")) == []
    assert links(text(guard, f"/alerts/{alert.pk}")) == []
    assert guard.get(f"/devices/{runway.pk}/video").status_code == 404
    stranger = signed_in(make_user(make_tenant(), "admin"))
    assert stranger.get(f"/devices/{runway.pk}/video").status_code == 404
    assert "sign-in" in Browser().get(f"/devices/{runway.pk}/video").headers["Location"]


def test_a_hostile_code_stays_within_its_address(tenant: Tenant, site: Site) -> None:
    link(tenant)
    with tenant_scope(tenant.id):
        Device.objects.create(
            code='"><script>x()</script>&a=', name="Gate", kind="camera", site=site, created_at=NOW
        )

    incident = make_incident(tenant, site=site)
    page = text(signed_in(make_user(tenant)), f"/incidents/{incident.pk}/video")

    assert "<script>x()" not in page
    assert "camera=%22%3E%3Cscript%3Ex%28%29%3C%2Fscript%3E%26a%3D&amp;at=" in page


@pytest.mark.parametrize(("part", "most"), [("", 60), ("/video", 6)])
def test_the_queries_do_not_grow_with_cameras_or_alerts(
    tenant: Tenant, part: str, most: int
) -> None:
    link(tenant)
    browser = signed_in(make_user(tenant, "admin"))

    def queries(count: int) -> int:
        site = make_site(tenant)
        cameras = [camera(tenant, f"Gate {number}", site) for number in range(count)]
        alerts = [make_alert(tenant, device=one, **of_site(site)) for one in cameras]
        incident = make_of(tenant, *alerts, alert_count=count)
        with CaptureQueriesContext(connection) as seen:
            page = text(browser, f"/incidents/{incident.pk}{part}")
        assert len(links(page)) == min(count, most)
        return len(seen)

    queries(1)
    assert queries(2) == queries(8) <= 15


def test_those_who_set_up_the_floor_are_offered_the_link_on_the_page_of_sources(
    tenant: Tenant, site: Site
) -> None:
    admin = signed_in(make_user(tenant, "admin"))
    assert "Nothing is linked yet." in text(admin, "/sources")
    link(tenant, "https://own.example/{camera}?a=1&lt=2", client=site.client)
    link(tenant)

    page = text(admin, "/sources")

    assert "https://own.example/{camera}?a=1&amp;lt=2" in page
    assert page.index("All other clients: ") < page.index("Acme: ")
