"""A place is put on test by key, every desk is told, and its signals stay out of the list."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_accessibility import faults
from tests.browser.test_journey import send
from watchfloor.domain.org.models import Client, Site
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.hacked=1">'


def make_site(desk: Desk) -> None:
    with tenant_scope(desk.tenant.id):
        known = {"created_at": timezone.now(), "is_verified": True}
        client = Client.objects.create(code="acme", name="Acme", **known)
        Site.objects.create(code="North Tower", name="North Tower", client=client, **known)


def test_a_site_is_put_on_test_and_back(desk: Desk) -> None:
    page = desk.page
    desk.floor.do(lambda: make_site(desk))
    page.keyboard.press("t")
    page.wait_for_url("**/on-test")
    desk.wait_until_live()
    page.get_by_label("Who works there").fill(f"Bob {HOSTILE}")
    page.get_by_label("Site", exact=True).select_option("North Tower")
    page.get_by_role("button", name="Put on test").click()

    banner = page.get_by_role("note")
    expect(banner).to_contain_text("North Tower until")
    expect(banner).to_contain_text(f"for Bob {HOSTILE}")
    send(
        desk,
        {"alert_type": "DOOR_FORCED", "entity_id": "door-3", "message": "Door 3 forced"},
        {"alert_type": "FIRE", "entity_id": "smoke-1", "message": "Smoke in the lobby"},
    )
    expect(page.get_by_role("link", name="Door 3 forced")).to_be_visible()
    desk.picture("on-test")
    assert faults(page) == []

    desk.open("/")
    expect(page.locator("#rows .row", has_text="Smoke in the lobby")).to_contain_text("On test")
    assert not [title for title in desk.titles() if "Door 3" in title]

    desk.open("/on-test")
    page.get_by_role("button", name="End now").click()
    expect(page.get_by_text("Nothing is on test.")).to_be_visible()
    expect(banner).to_have_count(0)
    assert page.evaluate("window.hacked") is None


def test_t_takes_along_the_place_that_a_row_is_about(desk: Desk) -> None:
    page = desk.page
    desk.floor.do(lambda: make_site(desk))
    send(desk, {"alert_type": "DOOR_FORCED", "entity_id": "door-3", "message": "Door 3 forced"})
    page.locator("#rows .row-title").focus()
    page.keyboard.press("t")

    page.wait_for_url("**/on-test?site=*")
    expect(page.get_by_label("Site", exact=True).locator("option:checked")).to_have_text(
        "North Tower"
    )
