"""`r` asks for a time range, a digit or two fields answer, and the address tells it to others."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_accessibility import faults
from tests.browser.test_journey import power_failure, send

pytestmark = pytest.mark.browser


def test_a_range_is_chosen_by_key_and_told_by_the_address(desk: Desk) -> None:
    page = desk.page
    send(desk, *power_failure())
    page.locator("#rows .row").first.wait_for()
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Time range")
    expect(dialog).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("1")
    page.wait_for_url(re.compile(r"range=1h"))
    expect(page.locator("#rows .row").first).to_be_visible()
    desk.wait_until_live()
    desk.picture("range-chosen")

    page.keyboard.press("r")
    desk.picture("range")
    dialog.get_by_label("From").fill("2026-01-02T03:00")
    dialog.get_by_label("To").fill("2026-01-02T02:00")
    dialog.get_by_role("button", name="Show").click()
    expect(dialog.get_by_role("alert")).to_contain_text("after the first one")
    dialog.get_by_label("To").fill("2026-01-02T04:00")
    dialog.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile(r"since=2026-01-02T03%3A00%3A00.000Z&until=2026-01-02T04"))
    expect(page.get_by_text("No incident passes these filters.")).to_be_visible()
    desk.wait_until_live()

    send(desk, {"alert_type": "LATE", "entity_id": "late", "severity": "HIGH"})
    page.keyboard.press("r")
    dialog.get_by_role("button", name="Any time").click()
    expect(page.locator("#rows .row", has_text="Late").first).to_be_visible()
    assert "since" not in page.url
