"""A screen on the wall, from its making to its end, in a browser where nobody has signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults, grave, told
from tests.console.making import make_incident, make_site

pytestmark = pytest.mark.browser
ASKS_EVERY = 3_000


@pytest.fixture
def admin(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


@pytest.fixture
def screen(admin: Desk, chromium: Browser) -> Iterator[Desk]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    screen = Desk(admin.floor, context.new_page(), admin.tenant, admin.user)
    screen.listen()
    yield screen
    context.close()
    assert screen.complaints == []


def fill(desk: Desk) -> None:
    site = make_site(desk.tenant, "Harbour Tower, Gate House and Car Park")
    for number in range(14):
        make_incident(
            desk.tenant,
            site=site,
            severity=5 - number % 5,
            is_life_safety=number == 0,
            state="NEW" if number % 3 else "ACKNOWLEDGED",
            opened_at=timezone.now(),
        )


def test_a_screen_shows_the_floor_says_when_it_hears_nothing_and_ends_when_revoked(
    admin: Desk, screen: Desk
) -> None:
    admin.open("/walls")
    admin.page.get_by_role("button", name="Make a wall").click()
    admin.page.get_by_label("Name").fill("Control room")
    admin.page.get_by_role("button", name="Make the wall").click()
    shown_once = admin.page.get_by_label("Shown this once")
    expect(shown_once).to_be_visible()
    address = shown_once.input_value()
    admin.page.get_by_role("button", name="I have it").click()
    admin.page.get_by_role("cell", name="Control room", exact=True).wait_for()
    admin.picture("walls")
    assert faults(admin.page) == []

    page, clock = screen.page, screen.page.clock
    clock.install()
    page.goto(address)
    expect(page.locator("#none")).to_be_visible()
    admin.floor.do(lambda: fill(admin))
    clock.fast_forward(ASKS_EVERY)
    rows = page.locator(".wall-row")
    expect(rows).to_have_count(10)
    expect(rows.first).to_contain_text("Life safety")
    expect(page.locator("#part")).to_have_text("1 to 10 of 14 open")
    clock.fast_forward(12_000)
    expect(page.locator("#part")).to_have_text("11 to 14 of 14 open")
    screen.picture("wall")  # its theme is its own: one look says all
    assert [told(one) for one in Axe().run(page).response["violations"] if grave(one)] == []

    page.context.set_offline(True)
    clock.fast_forward(15_000)
    expect(page.locator("#word")).to_contain_text("No word since")
    page.context.set_offline(False)
    clock.fast_forward(ASKS_EVERY)
    expect(page.locator("#word")).to_have_text("Live")

    admin.page.get_by_role("button", name="Revoke").click()
    admin.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    admin.page.get_by_text("Revoked").wait_for()
    clock.fast_forward(ASKS_EVERY)
    expect(page.locator("#word")).to_contain_text("This address is over")
    screen.complaints.clear()  # a browser reports each request that fails; these were to be seen
