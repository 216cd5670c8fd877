"""From the list to how it was, into an incident as it was then, and back to now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_accessibility import faults
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents.opening import open_by_hand
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser


def test_the_floor_as_it_was_is_read_and_left(desk: Desk) -> None:
    def begin() -> None:
        ago = timezone.now() - timedelta(hours=2)
        with tenant_scope(desk.tenant.id):
            open_by_hand(title="Dock gate stuck", severity=SeverityLevel.HIGH, by=SYSTEM, now=ago)

    desk.floor.do(begin)
    page = desk.page
    desk.open("/")
    page.get_by_role("link", name="As it was…").click()
    expect(page.get_by_role("table")).to_contain_text("Dock gate stuck")
    desk.wait_until_live()
    desk.picture("then")
    assert faults(page) == []
    page.get_by_role("link", name="Dock gate stuck").click()
    expect(page.get_by_role("heading", name="What had happened")).to_be_visible()
    desk.wait_until_live()
    desk.picture("then-incident")
    assert faults(page) == []
    page.get_by_role("link", name="Incidents", exact=True).last.click()
    desk.wait_until_live()
    page.get_by_label("As it was at").fill(f"{timezone.now() - timedelta(hours=3):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Nothing was open.")).to_be_visible()
    page.get_by_role("link", name="Back to now").click()
    expect(page.locator("#rows .row", has_text="Dock gate stuck")).to_be_visible()
