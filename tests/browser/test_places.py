"""From the list of sites to the camera that is lost, by hand and by key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.console.making import make_alert, make_cluster, make_incident
from watchfloor.domain.devices.models import Device
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

pytestmark = pytest.mark.browser
ON_LINE = {"client": "C1", "feeder": "F-12", "carrier": "Lantern Net"}
AT_CAMPUS = {"site": "S1", "parent": "gw-1", "kind": "camera"}
ESTATE: dict[InventoryKind, list[dict[str, Any]]] = {
    InventoryKind.CLIENT: [{"code": "C1", "name": "Meridian Property"}],
    InventoryKind.SITE: [
        {"code": "S1", "name": "Riverside Campus", "region": "London", **ON_LINE},
        {"code": "S2", "name": "Hall 2", "parent": "S1", "client": "C1", "feeder": "F-12"},
        {"code": "S3", "name": "Canal Street Depot", **ON_LINE},
    ],
    InventoryKind.DEVICE: [
        {"code": "gw-1", "name": "Gateway, plant room", "kind": "gateway", "site": "S1"},
        {"code": "cam-1", "name": "Camera, north gate", **AT_CAMPUS},
        {"code": "cam-2", "name": "Camera, loading bay", **AT_CAMPUS},
        {"code": "acs-1", "name": "Door, hall 2", "kind": "door controller", "site": "S2"},
        {"code": "cam-3", "name": "Camera, hall 2 stairs", **AT_CAMPUS, "site": "S2"},
    ],
    InventoryKind.PERSON: [
        {"code": "P1", "name": "Grace Hill", "phone": "+44 20 7946 0001", "home_site": "S1"},
        {"code": "P2", "name": "Tom Okafor", "phone": "+44 20 7946 0002", "home_site": "S2"},
    ],
}


@pytest.fixture
def supervisor(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("supervisor", floor, chromium)


def lived_in(tenant: Tenant) -> None:
    """Leave three months of incidents behind at an estate where a camera is lost now."""
    now = timezone.now()
    with tenant_scope(tenant.id):
        inventory.import_inventory(ESTATE, by=SYSTEM, now=now)
        site, depot = Site.objects.get(code="S1"), Site.objects.get(code="S3")
        camera, guard = Device.objects.get(code="cam-1"), Person.objects.get(code="P1")
    for days in range(1, 90, 4):
        for severity in range(1, 2 + days % 5):
            make_incident(
                tenant, "Over", site=site, severity=severity, state="CLOSED",
                opened_at=now - timedelta(days=days),
            )  # fmt: skip
    where = {"site": site, "client_id": site.client_id, "at": now, "site_name": site.name}
    lost = make_alert(
        tenant, "No picture for 2 minutes", device=camera, severity=4, entity_id="cam-1", **where
    )
    silent = make_alert(
        tenant, "Missed two check-ins", person=guard, severity=5, entity_id="P1", **where
    )
    cluster = make_cluster(tenant, lost, silent, score=0.9, threshold=0.5)
    make_incident(
        tenant, "Camera lost at the north gate", site=site, cluster=cluster, severity=5,
        opened_at=now, alert_count=2,
    )  # fmt: skip
    make_alert(tenant, "Mains lost", site=depot, client_id=depot.client_id, at=now)


def test_from_the_list_of_sites_to_the_camera_that_is_lost(supervisor: Desk) -> None:
    desk, page = supervisor, supervisor.page
    desk.floor.do(lambda: lived_in(desk.tenant))
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.get_by_role("row", name="Riverside Campus")).to_contain_text("1 open")
    desk.picture("sites")
    assert faults(page) == []

    page.get_by_role("link", name="Riverside Campus").click()
    expect(page.get_by_role("link", name="Camera lost at the north gate")).to_be_visible()
    expect(page.get_by_role("img", name="incidents in the last 90 days")).to_be_visible()
    page.get_by_text("Figures of each day").click()
    expect(page.get_by_role("columnheader", name="Critical")).to_be_visible()
    page.get_by_text("Figures of each day").click()
    desk.picture("site")
    assert faults(page) == []
    page.get_by_label("Only what is in alarm").check()
    tree = page.get_by_role("region", name="What hangs on what")
    expect(tree.get_by_role("link", name="Camera, loading bay")).to_be_hidden()

    tree.get_by_role("link", name="Camera, north gate").click()
    page.get_by_role("heading", name="Camera, north gate").wait_for()
    expect(page.get_by_role("link", name="Gateway, plant room")).to_be_visible()
    desk.picture("device")
    assert faults(page) == []


def test_a_guard_is_found_by_name_and_the_list_taken_as_a_file(supervisor: Desk) -> None:
    desk, page = supervisor, supervisor.page
    desk.floor.do(lambda: lived_in(desk.tenant))
    desk.open("/people")
    assert faults(page) == []
    desk.picture("people")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "Grace Hill" in download.value.path().read_text()
    page.keyboard.press("/")
    page.keyboard.type("grace")
    page.keyboard.press("Enter")
    page.get_by_text("Tom Okafor").wait_for(state="detached")

    page.get_by_role("link", name="Grace Hill").click()

    expect(page.get_by_role("link", name="+44 20 7946 0001").first).to_be_visible()
    expect(page.get_by_role("link", name="Missed two check-ins")).to_be_visible()
    desk.picture("person")
    assert faults(page) == []


def test_the_devices(supervisor: Desk) -> None:
    desk = supervisor
    desk.floor.do(lambda: lived_in(desk.tenant))
    desk.page.keyboard.press("g")
    desk.page.keyboard.press("d")
    expect(desk.page.get_by_role("row", name="Camera, north gate")).to_contain_text("1 firing")
    assert faults(desk.page) == []
    desk.picture("devices")
