"""Somebody's own zone, clock and order of dates, also where the clocks change."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_journey import power_failure, send

pytestmark = pytest.mark.browser
# As a field takes it in Vienna, and the moment that it means: of an hour that comes twice the
# first, of one that is skipped as long after the last that was.
CHANGES = [("2026-10-25T02:30", "2026-10-25T00:30"), ("2026-03-29T02:30", "2026-03-29T01:30")]


def test_times_are_read_as_the_account_says(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.floor.url}/account")
    page.get_by_label("Time zone").fill("Europe/Vienna")
    page.get_by_label("Clock").select_option("2:05 pm")
    page.get_by_label("Dates").select_option("Nov 28")
    page.get_by_role("button", name="Read times so").click()
    expect(page.get_by_label("Clock")).to_have_value("12h")
    send(desk, *power_failure())

    desk.open("/")
    page.locator("#rows .row").first.get_by_role("link").press("Enter")
    facts = page.locator("[data-part=facts] time").first
    expect(facts).to_have_text(re.compile(r"^\d{1,2}:\d\d [ap]m$"))

    for said, meant in CHANGES:
        desk.open(f"/?since={meant}:00Z&until=2026-11-01")
        expect(page.locator("[data-range] time").first).to_have_text(
            re.compile(r"^(Oct 25, 2|Mar 29, 3):30 am$")
        )
        page.keyboard.press("r")
        page.get_by_label("From").fill(said)
        page.get_by_role("dialog").get_by_role("button", name="Show").click()
        page.wait_for_url(re.compile(re.escape(f"since={meant}:00.000Z".replace(":", "%3A"))))
