"""An empty floor: the first steps, a table of sites, and the first alert that ticks itself off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.browser.test_journey import send
from tests.console.test_welcome import SITES

pytestmark = pytest.mark.browser


@pytest.fixture
def chief(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def test_the_first_steps_are_ticked_by_what_happens(chief: Desk) -> None:
    page = chief.page
    page.get_by_role("link", name="First steps").last.click()
    page.get_by_role("heading", name="0 of 7 done").wait_for()
    chief.wait_until_live()
    file = {"name": "sites.csv", "mimeType": "text/csv", "buffer": SITES.encode()}
    page.get_by_label("Table").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#import-said")).to_contain_text("3 would be created")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("2 sites")).to_be_visible()
    chief.wait_until_live()

    send(chief, {"alert_type": "DOOR_FORCED", "site": "S1", "entity_id": "door-4"})
    expect(
        page.get_by_role("listitem").filter(has_text="The first alert received")
    ).to_contain_text("DOOR_FORCED")
    chief.picture("welcome")
    assert faults(page) == []
