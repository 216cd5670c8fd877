"""The pane beside the list: choosing rows, acting from it, and keeping it out of the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk, wait_for
from tests.browser.test_accessibility import faults
from tests.browser.test_live_list import change, shows, tell

pytestmark = pytest.mark.browser


def test_a_click_previews_and_a_second_one_opens(desk: Desk) -> None:
    page = desk.page
    tell(desk, "Low one", severity=2)
    tell(desk, "High one", severity=4)
    assert shows(desk, "High one", "Low one")
    pane = page.get_by_role("complementary", name="Preview")
    expect(pane.get_by_text("Choose a row")).to_be_visible()

    page.get_by_role("link", name="Low one").click()
    pane.get_by_role("heading", name="Low one").wait_for()
    page.keyboard.press("k")
    pane.get_by_role("heading", name="High one").wait_for()
    assert faults(page) == []
    desk.picture("preview")
    page.set_viewport_size({"width": 1200, "height": 800})
    widths = page.locator("#rows .row-main").evaluate_all("all => all.map(one => one.clientWidth)")
    assert min(widths) > 200, "the preview leaves titles no room on a small screen"
    page.set_viewport_size({"width": 1440, "height": 900})

    page.locator("#rows").get_by_role("link", name="Low one").dblclick()
    page.wait_for_url("**/incidents/*")


def test_an_act_in_the_pane_is_done_and_seen_in_both(desk: Desk) -> None:
    page = desk.page
    tell(desk, "Door forced", severity=4)
    assert shows(desk, "Door forced")
    page.get_by_role("link", name="Door forced").click()

    page.locator("#preview").get_by_role("button", name="Acknowledge").click()

    expect(page.locator("#rows .row-state")).to_have_text("Acknowledged")
    expect(page.locator("#preview .state")).to_have_text("Acknowledged")
    expect(page.locator("#preview").get_by_role("button", name="Acknowledge")).to_have_count(0)


def test_the_pane_follows_what_happens_to_its_row(desk: Desk) -> None:
    [door] = tell(desk, "Door forced", severity=4)
    assert shows(desk, "Door forced")
    desk.page.keyboard.press("j")
    desk.page.locator("#preview").get_by_role("heading", name="Door forced").wait_for()

    change(desk, door, title="Door forced and held")

    desk.page.locator("#preview").get_by_role("heading", name="Door forced and held").wait_for()


def test_the_pane_stays_away_once_it_is_hidden(desk: Desk) -> None:
    page = desk.page
    tell(desk, "Door forced")
    assert shows(desk, "Door forced")
    page.keyboard.press("o")
    expect(page.locator("#preview")).to_be_hidden()

    desk.open("/")
    expect(page.locator("#preview")).to_be_hidden()
    page.get_by_role("link", name="Door forced").click()
    page.wait_for_url("**/incidents/*")


def test_on_a_phone_there_is_no_pane_and_a_tap_opens(desk: Desk) -> None:
    page = desk.page
    tell(desk, "Door forced")
    assert shows(desk, "Door forced")
    page.set_viewport_size({"width": 390, "height": 844})
    assert wait_for(lambda: not page.locator("#preview").is_visible(), page)

    page.get_by_role("link", name="Door forced").click()

    page.wait_for_url("**/incidents/*")
