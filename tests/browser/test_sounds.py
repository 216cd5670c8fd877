"""Sounds are tried and set on their page, and every open page follows; a person mutes their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of, wait_for
from tests.browser.test_accessibility import faults
from tests.console.making import make_incident

pytestmark = pytest.mark.browser


@pytest.fixture
def admin(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def sounds(desk: Desk) -> str:
    return str(desk.page.evaluate("document.documentElement.dataset.sound"))


def test_what_is_set_sounds_on_open_pages_until_it_is_muted(admin: Desk) -> None:
    page = admin.page
    admin.floor.do(lambda: make_incident(admin.tenant, severity=4, opened_at=timezone.now()))
    admin.open("/sounds")
    page.get_by_role("button", name="Hear it High").click()
    assert sounds(admin) == "ready"

    page.get_by_label("High: how").select_option("Every 5 s")
    page.get_by_label("High: tone").select_option("Three beeps")
    page.get_by_role("button", name="Set the sounds").click()
    page.get_by_text("The sounds are set").wait_for()
    assert wait_for(lambda: sounds(admin) == "sounding", page)

    page.get_by_role("button", name="Mute alarm").click()
    page.get_by_role("button", name="A shift, 8 h").click()
    expect(page.locator("#sound")).to_have_text("Muted 8 h")
    assert sounds(admin) == "muted"
    admin.picture("sounds")
    assert faults(page) == []

    admin.open("/")
    page.keyboard.press("Shift")
    page.get_by_role("button", name="Sound again").click()
    assert wait_for(lambda: sounds(admin) == "sounding", page)
