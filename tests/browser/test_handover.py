"""One shift hands over, the next takes over by name; what was handed over stays as it was."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.browser.test_journey import power_failure, send

pytestmark = pytest.mark.browser


def test_a_shift_is_handed_over_and_taken_over(desk: Desk, floor: Floor, chromium: Browser) -> None:
    page = desk.page
    panic = {"alert_type": "PANIC", "entity_id": "desk", "severity": "CRITICAL", "message": "Panic"}
    send(desk, *power_failure(), panic)
    page.locator("#rows .row[data-panic]").first.wait_for()
    page.locator("#rows .row").nth(1).get_by_role("link").first.press("Enter")
    page.locator("#subject").wait_for()
    desk.wait_until_live()
    page.get_by_role("button", name="Hand over").click()
    page.get_by_label("What must the next one know?").fill("The electrician comes at six.")
    page.get_by_role("dialog").get_by_role("button", name="Hand over").click()
    expect(page.locator(".handover")).to_contain_text("electrician")

    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.locator("#draft")).to_contain_text("The electrician comes at six.")
    desk.wait_until_live()
    page.get_by_label("What must the next shift know?").fill("Quiet but for the power.\nCall Ed.")
    desk.picture("handover-writing")
    assert faults(page) == []
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("Nobody has taken over yet")).to_be_visible()
    dated = re.compile(r"^Shift of \d\d \w{3}, \d\d:\d\d to \d\d \w{3}, \d\d:\d\d$")
    expect(page.get_by_role("heading", level=1)).to_have_text(dated)
    expect(page.get_by_role("button", name="Take over")).to_have_count(0)

    second = desk_of("supervisor", floor, chromium, desk.tenant)
    other = next(second)
    other.open("/handover")
    other.page.get_by_role("region", name="Handed over").get_by_role("link").click()
    other.page.get_by_role("button", name="Take over").click()
    expect(other.page.get_by_text("Taken over by supervisor")).to_be_visible()
    other.wait_until_live()
    other.picture("handover")
    assert faults(other.page) == []
    assert list(second) == []
