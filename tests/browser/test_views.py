"""Views of a list: choosing, saving and removing them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_accessibility import faults
from tests.browser.test_live_list import shows, tell

pytestmark = pytest.mark.browser


def test_filters_are_saved_under_a_name_and_removed_again(desk: Desk) -> None:
    page = desk.page
    tell(desk, "Feeder down", severity=5)
    tell(desk, "Door forced", severity=4)
    assert shows(desk, "Feeder down", "Door forced")
    views = page.get_by_role("navigation", name="Views of incidents")

    views.get_by_role("link", name="Critical").click()
    assert shows(desk, "Feeder down")
    expect(views.locator("[aria-current]")).to_have_text("Critical")

    desk.open("/?severity=4&state=new")
    views.get_by_role("button", name="Save this view").click()
    page.get_by_label("Name").fill("New and high")
    assert faults(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(views.locator("[aria-current]")).to_have_text("New and high")

    desk.open("/")
    desk.picture("views")
    views.get_by_role("link", name="New and high").click()
    assert shows(desk, "Door forced")
    views.get_by_role("button", name="Remove the view New and high").click()
    expect(views.get_by_role("link", name="New and high")).to_have_count(0)


def test_unassigned_lets_go_of_what_is_given_to_somebody(desk: Desk) -> None:
    page = desk.page
    desk.open("/?who=nobody")
    tell(desk, "Door forced", severity=4)
    assert shows(desk, "Door forced")
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.keyboard.press("m")
    expect(page.locator("#rows .row")).to_have_attribute("data-gone", "")
