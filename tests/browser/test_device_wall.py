"""The wall of all devices changes as alerts come, and is walked through by arrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_accessibility import faults
from tests.browser.test_journey import send
from tests.browser.test_plans import FORCED, furnish

pytestmark = pytest.mark.browser


def test_the_device_wall_shows_what_comes_and_is_walked_by_arrow(desk: Desk) -> None:
    page = desk.page
    furnish(desk, sensors=70)
    desk.open("/device-wall")
    page.locator(".wall-site", has_text="Riverside Campus").locator(
        ".tile", has_text="High"
    ).wait_for()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tile", has_text="Camera, north gate")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")

    first = page.locator(".wall-site h2").first
    page.locator(".tile", has_text="Gateway").hover()
    send(desk, FORCED)
    page.locator(".tile", has_text="Door, hall 2: Critical").wait_for()
    expect(first).to_contain_text("Riverside Campus")  # nothing moves under the pointer
    page.mouse.move(0, 0)
    expect(first).to_contain_text("Hall 2")
    expect(page.locator(".tile:focus")).to_have_count(1)
    desk.picture("device-wall")
    assert faults(page) == []

    page.get_by_role("navigation", name="By condition").get_by_role("link", name="Critical").click()
    expect(page.locator(".tile")).to_have_count(1)
    page.get_by_label("Kind").select_option("camera")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No device is like this.")).to_be_visible()
    page.get_by_role("link", name="Show all", exact=True).click()
    desk.wait_until_live()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("t")
    expect(page.get_by_label("Device alone, by its code")).to_have_value("acs-1")
