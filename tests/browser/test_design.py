"""The design page: every part that pages are made of, in every look."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.browser
INK = "getComputedStyle(document.querySelector('.quiet')).color"


def test_every_part_is_shown_and_passes_in_every_look(desk: Desk) -> None:
    page = desk.page
    desk.open("/design")
    desk.picture("design")
    assert faults(page) == []
    usual = page.evaluate(INK)
    page.emulate_media(contrast="more")
    assert faults(page) == []
    assert page.evaluate(INK) != usual, "nobody was given more contrast"
    page.emulate_media(contrast="no-preference")

    page.get_by_role("button", name="Open a dialog").click()
    expect(page.locator("#d-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show a toast").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back")).to_be_visible()
    page.get_by_role("button", name="Show a refusal").click()
    expect(page.get_by_role("alert").filter(has_text="Leo Okafor")).to_be_visible()
