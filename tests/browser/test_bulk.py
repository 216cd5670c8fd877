"""One act on many rows, by keyboard: seen at once, refused one by one, stopped, undone as one."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from tests.browser.conftest import Desk, wait_for
from tests.browser.test_accessibility import faults
from tests.console.making import make_alert, make_incident
from tests.make import make_user
from watchfloor.noc.bulk import services as bulk
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser


def test_many_are_chosen_by_key_acted_on_and_taken_back(desk: Desk) -> None:
    page, many = desk.page, bulk.STEP + 5
    first, *_ = open_many(desk, many)
    states = page.locator("#rows .row-state")
    bar = page.get_by_role("region", name="Chosen incidents")

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+J")
    expect(bar.get_by_text("3 chosen")).to_be_visible()
    assert page.locator("#rows input:checked").count() == 3
    assert faults(page) == []
    desk.picture("bulk")
    bar.get_by_role("button", name=f"All {many}").click()
    expect(bar.get_by_text(f"{many} chosen")).to_be_visible()

    take(desk, first)
    page.keyboard.press("a")
    done = page.get_by_text(f"Acknowledged: {many - 1} of {many}, 1 refused").first
    done.wait_for()
    expect(states.first).to_have_text("Acknowledged")
    expect(bar.get_by_text("supervisor acknowledged it")).to_be_visible()

    page.keyboard.press("u")
    page.locator("#toasts").get_by_text("Taken back").wait_for()
    expect(page.locator('#rows .row[data-state="NEW"]')).not_to_have_count(0)
    assert desk.floor.do(lambda: count(desk, "NEW")) == many - 1
    bar.get_by_role("button", name="Close").click()
    expect(bar).to_be_hidden()


def test_what_a_reload_interrupted_goes_on(desk: Desk) -> None:
    page, many = desk.page, bulk.STEP + 5
    open_many(desk, many)
    page.route("**/go-on", lambda route: None)  # it never arrives
    page.get_by_role("button", name="Choose", exact=True).click()
    page.locator("#rows input").first.check()
    page.get_by_role("button", name=f"All {many}").click()
    page.keyboard.press("a")
    assert wait_for(lambda: page.evaluate("localStorage.getItem('wf.bulk.incidents')"), page)
    expect(page.locator("#rows .row-state").first).to_have_text("Acknowledged")

    page.unroute("**/go-on")
    page.reload()

    page.get_by_text(f"Acknowledged: {many} incidents").first.wait_for()
    assert desk.floor.do(lambda: count(desk, "NEW")) == 0


def test_what_is_stopped_stays_as_it_was(desk: Desk) -> None:
    page, many = desk.page, bulk.STEP + 5
    open_many(desk, many)
    held: list[Route] = []
    page.route("**/go-on", lambda route: held.append(route))
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name=f"All {many}").click()
    page.keyboard.press("a")
    assert wait_for(lambda: bool(held), page)
    page.get_by_role("button", name="Stop").click()
    held[0].continue_()

    said = f"Acknowledged: {bulk.STEP} of {many}, 5 left"
    page.locator("#toasts").get_by_text(said).wait_for()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator('#rows .row[data-state="NEW"]')).to_have_count(5)
    assert desk.floor.do(lambda: count(desk, "NEW")) == 5


def test_alerts_that_are_kept_quiet_are_released_together(desk: Desk) -> None:
    page = desk.page
    quiet = {"suppressed_by": "transient"}
    desk.floor.do(lambda: [make_alert(desk.tenant, f"Link {n}", **quiet) for n in range(3)])
    desk.open("/alerts?state=quiet")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")

    page.keyboard.press("r")

    page.locator("#toasts").get_by_text("Released: 2 alerts").wait_for()
    expect(page.locator("#rows .row")).to_have_count(3)  # in their place while the focus is there
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("#rows .row")).to_have_count(1)
    page.keyboard.press("r")  # with nothing to release it means the time range, as in other lists
    expect(page.locator("#range-dialog")).to_be_visible()


def open_many(desk: Desk, many: int) -> list[NOCIncident]:
    made = desk.floor.do(lambda: [make_incident(desk.tenant, f"Camera {n}") for n in range(many)])
    desk.open("/")
    expect(desk.page.locator("#count")).to_have_text(f"{many} incidents")
    return made


def take(desk: Desk, incident: NOCIncident) -> None:
    """Let somebody else acknowledge it, of which this page has not heard yet."""

    def act() -> None:
        other = make_user(desk.tenant, "supervisor")
        with tenant_scope(desk.tenant.id):
            by = Actor("user", str(other.pk))
            incidents.acknowledge(incident.pk, by=by, now=timezone.now())

    desk.floor.do(act)


def count(desk: Desk, state: str) -> int:
    with tenant_scope(desk.tenant.id):
        return NOCIncident.objects.filter(state=state).count()
