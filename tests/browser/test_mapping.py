"""A tool that nobody knows sends once, and its template is made by clicks on what came."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.make import bearer, make_key

pytestmark = pytest.mark.browser
BODY = {
    "version": 3,
    "site": "S001",
    "token": "very-secret",
    "alarms": [
        {"kind": "LINE_CROSSED", "level": "high", "camera": {"name": "cam-7"}, "text": "East <b>"},
        {"kind": "TAMPER", "level": "critical", "camera": {"name": "cam-8"}, "text": "Cover off"},
    ],
}


@pytest.fixture
def chief(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def test_a_tool_of_its_own_json_is_mapped_by_clicks_and_its_alerts_come_in(chief: Desk) -> None:
    page, url = chief.page, f"{chief.floor.url}/ingest/json/cams"
    headers = bearer(chief.floor.do(lambda: make_key(chief.tenant)))
    page.keyboard.press("g")
    page.keyboard.press("j")
    page.get_by_text("No mapping yet.").wait_for()
    chief.wait_until_live()
    page.get_by_role("button", name="Map another tool").click()
    page.get_by_label("Name").fill("cams")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Nothing came yet.")).to_be_visible()
    chief.wait_until_live()
    assert faults(page) == []
    assert httpx.post(url, json=BODY, headers=headers).status_code == 404

    page.get_by_role("button", name="Each is an alert").click()
    expect(page.get_by_text("very-secret")).to_have_count(0)
    page.get_by_role("button", name="LINE_CROSSED").click()
    page.get_by_role("button", name="high").press("Enter")
    expect(page.get_by_role("radio", name="status")).to_be_checked()
    for field, value in (("message", "East <b>"), ("site", "S001"), ("device", "cam-7")):
        page.get_by_role("radio", name=field).check()
        page.get_by_role("button", name=value).click()
    expect(page.get_by_label("Expression for device")).to_have_value("item.camera.name")
    expect(page.get_by_text("2 alerts of 1 body.")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("TAMPER")
    expect(page.get_by_text("= cam-7")).to_be_visible()
    page.get_by_role("heading", name="What came").click()
    chief.picture("mapping")
    assert faults(page) == []

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("saved", exact=True)).to_be_visible()
    chief.wait_until_live()
    sent = httpx.post(url, json=BODY, headers=headers)
    assert (sent.status_code, sent.json()["accepted"]) == (202, 2)
    chief.open("/mappings")
    chief.picture("mappings")
    assert faults(page) == []
