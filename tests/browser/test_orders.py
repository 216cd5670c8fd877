"""A standing order is written, worked by two desks at once, and holds up resolving until it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.browser.test_detail import open_power_failure

pytestmark = pytest.mark.browser
TABLE = """code,title,alert_type,hours,step,required
fire,Fire,FIRE,,Call the fire brigade,yes
fire,,,,Wait at the gate,
door,Door forced at night,DOOR_FORCED,Mon-Fri 18:00-06:00; Sat; Sun,Look at the video,yes
"""


@pytest.fixture
def chief(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def write(page: Page) -> None:
    """Write an order of three steps, in another order than they are to be done."""
    page.get_by_role("link", name="New order").click()
    page.get_by_role("button", name="Add a step").wait_for()
    page.get_by_label("Title").fill("Power <i>failure</i>")
    page.get_by_label("Code", exact=True).fill("power")
    lines = page.locator("#writing-steps > li")
    for number, step in enumerate(("Ask how long it lasts", "Call the site", "Tell the client")):
        if number:
            page.get_by_role("button", name="Add a step").click()
        lines.nth(number).get_by_label("Step").fill(step)
    lines.nth(1).get_by_role("button", name="Up").click()
    lines.nth(0).get_by_label("Required").check()
    lines.nth(2).get_by_label("Required").check()


def test_an_order_is_written_worked_by_two_desks_and_then_lets_resolve(
    chief: Desk, floor: Floor, chromium: Browser
) -> None:
    page = chief.page
    chief.open("/orders")
    expect(page.get_by_text("No standing order is in force")).to_be_visible()
    write(page)
    chief.wait_until_live()
    chief.picture("order-writing")
    assert faults(page) == []
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Save as version 2").wait_for()
    chief.wait_until_live()

    chief.open("/")
    open_power_failure(chief)
    order = page.locator("#order")
    expect(order.get_by_role("listitem")).to_have_count(3)
    expect(order).to_contain_text("2 required steps are open.")
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Resolve")
    expect(dialog).to_contain_text("3. Tell the client")
    expect(dialog.get_by_role("button", name="Resolve")).to_be_disabled()
    chief.picture("order-gate")
    assert faults(page) == []
    page.keyboard.press("Escape")

    second = desk_of("operator", floor, chromium, chief.tenant)
    other = next(second)
    other.open(page.url.removeprefix(floor.url))
    order.get_by_label("1. Call the site").check()
    beside = other.page.locator("#order")
    expect(beside.get_by_label("1. Call the site")).to_be_checked()
    expect(beside).to_contain_text("· admin")
    beside.get_by_role("button", name="Skip… Tell the client").click()
    other.page.get_by_label("Why is it skipped?").fill("They know already")
    other.page.get_by_role("button", name="Skip step").click()
    expect(order).to_contain_text("They know already")
    expect(order).to_contain_text("No required step is open.")
    assert list(second) == []
    expect(page.locator("[data-in=people]", has_text="They know already")).to_be_visible()
    chief.picture("order-worked")
    assert faults(page) == []

    page.keyboard.press("e")
    page.keyboard.press("1")
    dialog.get_by_role("button", name="Resolve").click()
    expect(page.locator(".tag.state")).to_have_text("Resolved")
    chief.open("/orders/report")
    expect(page.get_by_role("table")).to_contain_text("They know already")
    chief.picture("orders-report")
    assert faults(page) == []


def test_a_table_is_tried_then_imported_and_an_order_retired(chief: Desk) -> None:
    page = chief.page
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.get_by_role("heading", name="Import a table").wait_for()
    chief.wait_until_live()
    file = {"name": "orders.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.get_by_label("Table").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#import-said")).to_contain_text("2 would be created")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#rows tbody tr")).to_have_count(2)
    chief.wait_until_live()
    chief.picture("orders")
    assert faults(page) == []

    page.get_by_role("link", name="Door forced at night").click()
    page.get_by_role("button", name="Retire…").wait_for()
    chief.wait_until_live()
    page.get_by_role("button", name="Retire…").click()
    page.get_by_role("dialog").get_by_role("button", name="Retire").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    chief.wait_until_live()
