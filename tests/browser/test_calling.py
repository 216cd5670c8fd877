"""A call list is written, and worked through from an incident by keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.console.making import make_incident, make_site

pytestmark = pytest.mark.browser
WRITTEN = """Grace Hill | +44 20 7946 0001 | Key holder
Tom Okafor | +44 20 7946 0002 | Duty manager | Mon-Sun 00:00-24:00
Harbour police | +44 20 7946 0112
"""


@pytest.fixture
def chief(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def test_a_call_list_is_written_and_worked_through_by_keys(chief: Desk) -> None:
    desk, page = chief, chief.page
    site = desk.floor.do(lambda: make_site(desk.tenant, "Harbour Gate 4"))
    now = timezone.now()
    incident = desk.floor.do(
        lambda: make_incident(
            desk.tenant, "Water in the lift shaft", site=site, severity=4, opened_at=now
        )
    )
    desk.open(f"/sites/{site.pk}")
    page.get_by_role("button", name="Write it").click()
    lines = page.get_by_label("Who is called, in this order")
    lines.fill("Grace Hill | at home")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").get_by_text("write a number that can be dialled").wait_for()
    desk.complaints.clear()
    lines.fill(WRITTEN)
    assert faults(page) == []
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="+44 20 7946 0002").wait_for()
    desk.picture("call-list")

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.open(f"/incidents/{incident.pk}")
    page.locator("#calls [data-next]").wait_for()
    page.keyboard.press("c")
    page.get_by_text("Copied: +44 20 7946 0001").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "+44 20 7946 0001"
    page.keyboard.press("l")
    page.get_by_role("dialog").get_by_text("Grace Hill").wait_for()
    page.keyboard.press("2")
    next_one = page.locator("#calls [data-next]")
    expect(next_one).to_contain_text("Tom Okafor")
    expect(page.locator("[data-part=timeline]")).to_contain_text(
        "Called Key holder, number 1 on the call list: no answer"
    )
    dialled = "window.dialled = ''; addEventListener('click', (event) => {" + (
        " const link = event.target.closest('[data-dial]');"
        " if (link) { event.preventDefault(); window.dialled = link.href; } })"
    )
    page.evaluate(dialled)
    page.keyboard.press("d")
    assert page.evaluate("window.dialled") == "tel:+442079460002"
    page.keyboard.press("l")
    page.keyboard.press("1")
    expect(next_one).to_contain_text("Harbour police")
    assert faults(page) == []
    desk.picture("incident-calls")
