"""What axe-core finds on the pages that everybody meets, in light and dark, on desk and phone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Desk, Floor
from tests.browser.test_journey import power_failure, send
from watchfloor.noc.watching import services
from watchfloor.noc.watching.models import Watch
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser
LOOK = "axe.run({ resultTypes: ['violations'] })"
GRAVE = {"serious", "critical"}
LOOKS = [(theme, size) for theme in ("light", "dark") for size in ((1440, 900), (390, 844))]


def faults(page: Page) -> list[str]:
    """Return the grave violations, in each look, with the things that are at fault."""
    found: list[str] = []
    page.evaluate(Axe().axe_script)  # once: to read it in takes as long as a look
    for theme, (width, height) in LOOKS:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        answer = page.evaluate(LOOK)
        assert len(answer["passes"]) > 10, "axe has looked at nothing"
        found += [f"{theme} {width}: {told(one)}" for one in answer["violations"] if grave(one)]
    return found


def grave(violation: dict[str, Any]) -> bool:
    return violation["impact"] in GRAVE


def told(violation: dict[str, Any]) -> str:
    nodes = [f"{node['target']} {node['failureSummary']}" for node in violation["nodes"][:3]]
    return f"{violation['id']}: {nodes}"


def test_the_sign_in_page_and_that_a_fault_on_it_would_be_found(
    floor: Floor, chromium: Browser
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{floor.url}/sign-in")
    assert faults(page) == []
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert [fault.split(":")[1] for fault in faults(page)] == [" button-name"] * len(LOOKS)
    context.close()


def test_the_empty_floor_and_the_alerts(desk: Desk) -> None:
    assert faults(desk.page) == []
    send(desk, *power_failure())
    desk.open("/alerts")
    desk.page.locator("#rows .row").first.wait_for()
    assert faults(desk.page) == []


def test_the_floor_with_life_safety_and_the_page_of_an_incident(desk: Desk) -> None:
    page = desk.page
    severities = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO")
    kinds = [
        {"alert_type": f"KIND_{name}", "entity_id": name, "severity": name, "site": f"{name} House"}
        for name in severities
    ]
    panic = {"alert_type": "SOS", "entity_id": "desk", "severity": "CRITICAL"}
    send(desk, *power_failure(), *kinds, panic)
    page.locator("#rows .row[data-panic]").first.wait_for()
    page.locator("#rows .row", has_text="3 alerts").first.wait_for()
    assert faults(page) == []

    page.locator("#rows .row", has_text="3 alerts").first.get_by_role("link").press("Enter")
    page.get_by_role("heading", name="Alerts, and why they are here").wait_for()
    assert faults(page) == []


def test_a_dialog_and_the_own_account(desk: Desk) -> None:
    page = desk.page
    send(desk, *power_failure())
    page.locator("#rows .row").first.get_by_role("link").click()
    page.get_by_role("button", name="Resolve").click()
    page.locator("dialog[open]").wait_for()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.goto(f"{desk.floor.url}/account")
    assert faults(page) == []


def test_watch_mode_and_its_day(desk: Desk) -> None:
    def start() -> Watch:
        with tenant_scope(desk.tenant.id):
            return services.start(scope=EVERYTHING, by=SYSTEM, now=timezone.now())

    watch = desk.floor.do(start)
    for path in ("/watching", f"/watching/now/{watch.pk}"):
        desk.open(path)
        assert faults(desk.page) == []
