"""Sounds are tried and set on their page, and every open page follows; a person mutes their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of, wait_for
from tests.browser.test_accessibility import faults
from tests.browser.test_live_list import tell
from tests.console.making import make_incident

pytestmark = pytest.mark.browser


@pytest.fixture
def admin(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


# Counts the notes that the page plays; they are played all the same.
COUNT = """
window.notes = 0;
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  window.notes += 1;
  return make.call(this);
};
"""
CHIME, BEEPS = 2, 3


def sounds(desk: Desk) -> str:
    return str(desk.page.evaluate("document.documentElement.dataset.sound"))


def notes(desk: Desk) -> int:
    return int(desk.page.evaluate("window.notes"))


def arrive(desk: Desk, title: str, severity: int) -> None:
    tell(desk, title, severity=severity, opened_at=timezone.now())
    expect(desk.page.locator("#rows")).to_contain_text(title)


def test_a_critical_incident_chimes_once_as_it_arrives_and_what_is_lesser_does_not(
    desk: Desk,
) -> None:
    desk.page.add_init_script(COUNT)
    desk.open("/")
    desk.page.keyboard.press("Shift")

    arrive(desk, "Camera blind", severity=4)
    assert notes(desk) == 0
    arrive(desk, "Feeder down", severity=5)
    assert notes(desk) == CHIME
    desk.page.get_by_role("button", name="Sound on").click()
    desk.page.get_by_role("button", name="15 min").click()
    desk.page.locator("#muted").wait_for()
    arrive(desk, "Cooling failed", severity=5)
    assert notes(desk) == CHIME
    assert sounds(desk) == "muted"


def test_what_is_set_sounds_on_open_pages_until_it_is_muted(admin: Desk) -> None:
    page = admin.page
    page.add_init_script(COUNT)
    admin.floor.do(lambda: make_incident(admin.tenant, severity=4, opened_at=timezone.now()))
    admin.open("/sounds")
    page.get_by_label("High: how").select_option("Every 5 s")
    page.get_by_label("High: tone").select_option("Three beeps")
    page.get_by_role("button", name="Hear it High").click()
    assert wait_for(lambda: notes(admin) == BEEPS, page)
    assert sounds(admin) == "ready"
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
