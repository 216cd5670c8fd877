"""A sender's doubtful name is explained by a click, taken back by a key, and looked up by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.browser.test_journey import send
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser
TOWERS = ("North Tower", "South Tower", "Harbour Gate")


@pytest.fixture
def chief(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def in_doubt(desk: Desk) -> None:
    """Let a sender use a name that is like two sites, and one that is like none of these."""

    def towers() -> None:
        rows = [{"code": f"S{number}", "name": name} for number, name in enumerate(TOWERS)]
        with tenant_scope(desk.tenant.id):
            inventory.import_inventory({InventoryKind.SITE: rows}, by=SYSTEM, now=timezone.now())

    desk.floor.do(towers)
    forced = {"alert_type": "DOOR_FORCED", "message": "Door forced", "severity": "HIGH"}
    send(desk, *({**forced, "entity_id": f"door-{n}", "site": "Tower"} for n in range(2)))
    desk.page.locator("#rows .row").first.wait_for()


def test_a_name_is_explained_taken_back_and_looked_up(chief: Desk) -> None:
    desk, page = chief, chief.page
    in_doubt(desk)
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page.get_by_text("2 firing alerts wait for an answer.")).to_be_visible()
    desk.picture("names")
    assert faults(page) == []

    page.get_by_role("button", name="South Tower").click()
    expect(page.get_by_role("heading", name="Tower", exact=True)).to_have_count(0)
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="Tower", exact=True)).to_be_visible()

    page.get_by_role("button", name="Another one").click()
    page.get_by_role("dialog").get_by_label("Code or name").fill("harb")
    expect(page.get_by_role("status").get_by_text("1 is found")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Harbour Gate").click()
    page.get_by_text("Tower: means Harbour Gate").wait_for()

    expect(page.get_by_text("No name is in doubt.")).to_be_visible()
    desk.open("/names")
    expect(page.get_by_role("region", name="Answered lately")).to_contain_text(
        "Tower means Harbour Gate"
    )
    desk.picture("names-answered")
    desk.open("/alerts")
    expect(page.locator("#rows .row").first).to_be_visible()
    page.get_by_label("Site", exact=True).select_option("Harbour Gate")
    expect(page.locator("#rows .row")).not_to_have_count(0)
