"""The palette: going and doing from the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_accessibility import faults
from tests.browser.test_live_list import shows, tell

pytestmark = pytest.mark.browser


def test_pages_acts_and_incidents_are_one_chord_away(desk: Desk) -> None:
    page = desk.page
    hostile = '<img src=x onerror="hacked()"> door'
    tell(desk, hostile, severity=4)
    assert shows(desk, hostile)

    page.keyboard.press("Control+k")
    words = page.locator("#palette-words")
    words.fill("nois")
    expect(page.locator("#palette-list [role=option]")).to_have_text(["Noiseg n"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/noise")
    desk.wait_until_live()

    page.get_by_role("button", name="Find or do").click()
    words.fill("door")
    page.get_by_role("option", name=hostile).wait_for()
    assert faults(page) == []
    desk.picture("palette")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/*")
    desk.wait_until_live()

    page.keyboard.press("Control+k")
    words.fill("acknow")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=head] .state")).to_have_text("Acknowledged")


def test_arrows_walk_round_and_what_does_not_fit_is_said(desk: Desk) -> None:
    page = desk.page
    page.keyboard.press("Control+k")
    chosen = page.locator('[role=option][aria-selected="true"]')
    first = chosen.inner_text()
    page.keyboard.press("ArrowUp")
    assert chosen.inner_text() != first
    page.keyboard.press("ArrowDown")
    assert chosen.inner_text() == first

    page.locator("#palette-words").fill("no such thing anywhere")
    expect(page.get_by_text("Nothing fits these words.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
