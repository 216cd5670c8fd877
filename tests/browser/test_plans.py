"""A floor plan is added, devices are placed by key and by click, and it shows how they are."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.browser.test_journey import send
from tests.browser.test_places import ESTATE
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 1200, 800
LOST = {"alert_type": "CAMERA_LOST", "device": "cam-1", "site": "S1"}
FORCED = {"alert_type": "DOOR_FORCED", "device": "acs-1", "site": "S2", "severity": "CRITICAL"}
WALLS = ((20, 20, 1180, 780), (20, 20, 480, 400), (480, 20, 860, 400), (20, 520, 1180, 780))


@pytest.fixture
def admin(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def furnish(desk: Desk, *, sensors: int = 0) -> None:
    """Leave an estate in which a camera is lost."""
    more = [{"code": f"s-{n}", "name": f"Sensor {n}", "site": "S2"} for n in range(sensors)]
    rows = ESTATE | {InventoryKind.DEVICE: ESTATE[InventoryKind.DEVICE] + more}

    def imported() -> None:
        with tenant_scope(desk.tenant.id):
            inventory.import_inventory(rows, by=SYSTEM, now=timezone.now())

    desk.floor.do(imported)
    send(desk, LOST)


def drawing(folder: Path) -> Path:
    """Return a PNG of a storey: dark walls on white."""
    rows = [bytearray(b"\xff" * WIDTH) for _ in range(HEIGHT)]
    for left, top, right, bottom in WALLS:
        for y in (*range(top, top + 6), *range(bottom - 6, bottom)):
            rows[y][left:right] = bytes(b"\x40" * (right - left))
        for row in rows[top:bottom]:
            row[left : left + 6] = row[right - 6 : right] = b"\x40" * 6
    file = folder / "storey.png"
    file.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"".join(b"\x00" + row for row in rows)))
        + chunk(b"IEND", b"")
    )
    return file


def chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def test_a_plan_is_drawn_up_by_key_and_click_and_shows_what_comes(
    admin: Desk, tmp_path: Path
) -> None:
    desk, page = admin, admin.page
    furnish(desk)
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.get_by_text("No floor plan yet.")).to_be_visible()
    assert faults(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_label("Site", exact=True).select_option(label="Riverside Campus")
    page.get_by_label("Name", exact=True).fill("Ground floor")
    page.get_by_label("Picture").set_input_files(drawing(tmp_path))
    page.get_by_role("button", name="Add").click()
    page.get_by_role("heading", name="Ground floor").wait_for()
    desk.wait_until_live()

    page.get_by_role("button", name="Place Camera, loading bay").press("Enter")
    for key in ("Shift+ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    bay = page.locator(".marks li", has_text="Camera, loading bay")
    expect(bay).to_have_attribute("data-x", "0.55")
    expect(bay).to_have_attribute("data-y", "0.495")

    following = page.get_by_role("button", name="Place Camera, north gate")
    expect(following).to_be_focused()
    following.click()
    page.locator(".plan-picture img").click(position={"x": 60, "y": 40})
    page.get_by_label("Down").fill("10")
    page.get_by_role("button", name="Save").click()
    gate = page.locator(".marks li", has_text="Camera, north gate: High")
    expect(gate).to_have_attribute("data-y", "0.1")

    page.get_by_role("button", name="Place Door, hall 2").click()
    page.locator(".plan-picture img").click(position={"x": 300, "y": 300})
    desk.picture("plan-placing")
    page.get_by_role("button", name="Save").click()
    door = page.locator(".marks li", has_text="Door, hall 2")
    door.get_by_role("link").focus()
    send(desk, FORCED)
    page.locator(".marks li", has_text="Door, hall 2: Critical").wait_for()
    expect(door.get_by_role("link")).to_be_focused()
    assert placed_at(page, door) == pytest.approx(
        float(str(door.get_attribute("data-x"))), abs=0.01
    )
    desk.picture("plan")
    assert faults(page) == []

    door.get_by_role("link").focus()
    page.keyboard.press("i")
    page.get_by_role("link", name="Door, hall 2, Ground floor").click()
    expect(page.locator(".mark[aria-current=true]")).to_be_focused()
    page.get_by_role("button", name="Take off Door, hall 2").click()
    expect(page.get_by_role("button", name="Place Door, hall 2")).to_be_visible()

    page.wait_for_function("document.querySelector('.plan-picture img').complete")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No floor plan yet.")).to_be_visible()


def placed_at(page: Page, mark: Locator) -> float:
    """Return how far across the picture the middle of a mark is drawn."""
    picture, box = page.locator(".plan-picture img").bounding_box(), mark.bounding_box()
    assert picture
    assert box
    return (box["x"] + box["width"] / 2 - picture["x"]) / picture["width"]
