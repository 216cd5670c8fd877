"""The map by hand and by key: gathered marks, filters in the address, news, an own outline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.browser.test_journey import send
from tests.console.making import make_alert, make_incident
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Site
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

pytestmark = pytest.mark.browser
PLACES = {
    "North Tower": (51.5204, -0.0870),
    "Canal Street Depot": (51.5207, -0.0866),
    "Riverside Campus": (51.5079, -0.0240),
    "Harbour Gate": (51.4710, 0.0480),
    "Airport Hangar 4": (51.4775, -0.4614),
    "Hillside Mast": (51.6100, -0.2500),
}
CITY = [[-0.51, 51.45], [-0.3, 51.3], [0.05, 51.29], [0.27, 51.47], [0.1, 51.66], [-0.35, 51.69]]
RIVER = [[-0.6, 51.43], [-0.45, 51.4], [-0.3, 51.47], [-0.12, 51.49], [0, 51.51], [0.2, 51.47]]
OUTLINE = {
    "type": "GeometryCollection",
    "geometries": [
        {"type": "Polygon", "coordinates": [[*CITY, CITY[0]]]},
        {"type": "LineString", "coordinates": RIVER},
    ],
}
TABLE: list[dict[str, Any]] = [
    {"code": name, "name": name, "latitude": lat, "longitude": lon}
    for name, (lat, lon) in PLACES.items()
]


@pytest.fixture
def admin(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def settled(tenant: Tenant) -> None:
    now = timezone.now()
    with tenant_scope(tenant.id):
        table = [*TABLE, {"code": "Van 3", "name": "Van 3"}]
        inventory.import_inventory({InventoryKind.SITE: table}, by=SYSTEM, now=now)
        sites = {site.name: site for site in Site.objects.all()}
    for severity, name in {4: "North Tower", 3: "Riverside Campus", 2: "Van 3"}.items():
        where = {"site": sites[name], "number": 9000 + severity}  # the floor's begin with 1
        make_incident(tenant, "Open", severity=severity, opened_at=now, **where)


def mark(page: Page, name: str) -> Any:
    return page.locator(f".map-mark[aria-label^='{name}']")


def drag(page: Page, what: Any, right: int, down: int) -> None:
    """Drag the map by one of its marks, which must go along and not take it for a click."""
    before = middle(what)
    page.mouse.move(*before)
    page.mouse.down()
    page.mouse.move(before[0] + right, before[1] + down, steps=3)
    page.mouse.up()
    expect(page).to_have_url(re.compile("lat="))
    assert middle(what) == pytest.approx((before[0] + right, before[1] + down), abs=2)


def middle(what: Any) -> tuple[float, float]:
    box = what.locator(".map-face").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_from_the_city_to_a_gate_and_back(admin: Desk) -> None:
    desk, page = admin, admin.page
    desk.floor.do(lambda: settled(desk.tenant))
    page.keyboard.press("g")
    page.keyboard.press("x")
    expect(mark(page, "Riverside Campus")).to_be_visible()
    expect(page.locator("#map-unplaced-count")).to_contain_text("1 site without a position")

    page.get_by_role("button", name="Draw an outline beneath").click()
    file = {"name": "city.geojson", "mimeType": "application/json"}
    page.get_by_label("File").set_input_files({**file, "buffer": json.dumps(OUTLINE).encode()})
    expect(page.get_by_label("Name", exact=True)).to_have_value("city")
    page.get_by_role("button", name="Draw it").click()
    page.get_by_role("button", name="Remove the outline").wait_for()
    expect(page.locator(".map-outline path")).to_have_count(2)
    assert faults(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(reduced_motion="no-preference")

    mark(page, "2 sites, North Tower among them").press("Enter")
    expect(mark(page, "North Tower")).to_be_visible()
    expect(mark(page, "Canal Street Depot")).to_be_visible()
    expect(mark(page, "Harbour Gate")).to_have_count(0)
    expect(page.locator("#map-count")).to_contain_text("2 sites in view")
    expect(page).to_have_url(re.compile("zoom="))
    before = page.url
    page.keyboard.press("ArrowLeft")
    expect(page).not_to_have_url(before)
    page.keyboard.press("0")
    expect(mark(page, "Harbour Gate")).to_be_visible()

    page.get_by_role("button", name="Airport Hangar 4").click()
    expect(mark(page, "Harbour Gate")).to_have_count(0)
    page.get_by_role("button", name="All sites").click()
    drag(page, mark(page, "Hillside Mast"), 90, 60)
    page.get_by_role("button", name="All sites").click()
    page.get_by_text("Only sites with something open").check()
    page.locator(".chip", has_text="High").click()
    expect(mark(page, "Riverside Campus")).to_have_count(0)
    page.reload()
    expect(mark(page, "North Tower: 1 open incident, the worst high")).to_be_visible()
    expect(mark(page, "Riverside Campus")).to_have_count(0)
    page.goto(page.url.split("?")[0])
    page.evaluate(
        "addEventListener('animationstart', (e) => (window.pulsed ??= []).push(e.animationName))"
    )
    send(desk, {"alert_type": "PANIC", "severity": "CRITICAL", "site": "Harbour Gate"})
    endangered = "Harbour Gate: 1 open incident, the worst critical, life safety"
    expect(mark(page, endangered)).to_be_visible(timeout=10_000)
    page.wait_for_function("window.pulsed?.includes('endangered')")
    desk.picture("map")

    page.get_by_role("button", name="Remove the outline").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Draw an outline beneath").wait_for()
    expect(page.locator(".map-outline path")).to_have_count(0)


def test_ten_thousand_sites_are_few_marks_however_near_one_looks(desk: Desk) -> None:
    page = desk.page

    def many() -> None:
        sites = [
            Site(
                code=f"S{number}", name=f"Site {number}", created_at=timezone.now(),
                latitude=45 + (number * 7919 % 997) / 100, longitude=(number * 104729 % 1009) / 70,
            )
            for number in range(10_000)
        ]  # fmt: skip
        with tenant_scope(desk.tenant.id):
            Site.objects.bulk_create(sites, batch_size=2_000)

    desk.floor.do(many)
    desk.open("/map")
    expect(page.locator("#map-count")).to_contain_text("10000 sites in view")
    expect(page.locator("#map-list li")).to_have_count(100)
    for _ in range(4):
        assert 1 < page.locator(".map-mark").count() <= 300
        page.keyboard.press("+")
        expect(page).to_have_url(re.compile("zoom="))
    page.keyboard.press("/")
    page.keyboard.type("site 77")
    expect(page.locator("#map-count")).to_contain_text("111 sites found")


def test_the_heat_map_and_the_hour_behind_a_number(admin: Desk) -> None:
    desk, page = admin, admin.page

    def noisy() -> None:
        settled(desk.tenant)
        hour = timezone.now().replace(minute=0, second=0, microsecond=0)
        with tenant_scope(desk.tenant.id):
            sites = list(Site.objects.order_by("name"))
        for number, site in enumerate(sites):
            for nth in range(3 + 3 * number):
                at = hour - timedelta(hours=(nth * 5 + number) % (3 + 4 * number))
                make_alert(desk.tenant, site=site, at=at, site_name=site.name)

    desk.floor.do(noisy)
    desk.open("/heat")
    desk.picture("heat")
    assert faults(page) == []
    page.get_by_role("row", name="Van 3").get_by_role("link").nth(1).click()
    page.locator("#rows .row").first.wait_for()
    expect(page.locator("#site")).to_contain_text("Van 3")
