"""Two desks at one list: who looks at what, who was faster, and what nobody looks at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of, wait_for
from tests.browser.test_accessibility import faults
from tests.browser.test_journey import power_failure, send
from tests.console.making import make_incident
from watchfloor.noc.desks import services as desks
from watchfloor.noc.desks.models import Claim
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser


@pytest.fixture
def other(desk: Desk, floor: Floor, chromium: Browser) -> Iterator[Desk]:
    """A second desk in the same tenant, in a browser of its own."""
    yield from desk_of("supervisor", floor, chromium, desk.tenant)


def open_first(desk: Desk) -> None:
    desk.open("/")
    desk.open(desk.page.locator("#rows .row-title").first.get_attribute("href") or "")


def requests_of(desk: Desk) -> list[str]:
    """Return a list that fills with what the page asks for from now on, but for figures."""
    asked: list[str] = []

    def note(url: str) -> None:
        if "/static/" not in url and not url.endswith("/figures.html"):
            asked.append(url)

    desk.page.on("request", lambda request: note(request.url))
    return asked


def looking(desk: Desk) -> Any:
    return desk.page.locator("#looking")


def test_others_see_who_looks_until_they_leave(desk: Desk, other: Desk) -> None:
    send(desk, *power_failure())
    row = other.page.locator("#rows .row").first
    row.wait_for()

    open_first(desk)

    expect(looking(desk)).to_contain_text("You are looking")
    expect(row).to_contain_text("operator is looking")
    other.picture("incidents-claimed")
    desk.page.get_by_role("link", name="Incidents").first.click()
    expect(row).not_to_contain_text("is looking")


def test_who_comes_second_is_told_and_may_take_it_over(desk: Desk, other: Desk) -> None:
    send(desk, *power_failure())
    desk.page.locator("#rows .row").first.wait_for()
    open_first(desk)
    expect(looking(desk)).to_contain_text("You are looking")

    open_first(other)
    expect(looking(other)).to_contain_text("operator is looking")
    other.picture("incident-claimed")
    assert faults(other.page) == []
    looking(other).get_by_role("button", name="Take over").click()

    expect(looking(other)).to_contain_text("You are looking")
    desk.page.get_by_text("supervisor took it over.").wait_for()
    expect(looking(desk)).to_contain_text("supervisor is looking")


def test_a_lease_ends_by_time_on_every_page_without_a_word_from_the_floor(
    desk: Desk, other: Desk
) -> None:
    incident = desk.floor.do(lambda: make_incident(desk.tenant, opened_at=timezone.now()))

    def claimed() -> None:
        with tenant_scope(desk.tenant.id):
            by = Actor("user", str(desk.user.pk))
            desks.claim(incident, by=by, now=timezone.now() - desks.LEASE + timedelta(seconds=30))

    desk.floor.do(claimed)
    other.page.clock.install()
    other.open("/")
    row = other.page.locator("#rows .row").first
    expect(row).to_contain_text("operator is looking")
    asked = requests_of(other)

    other.page.clock.fast_forward(30_000)
    expect(row).not_to_contain_text("is looking")
    assert asked == []


def test_the_loser_of_an_act_is_told_who_did_what_and_sees_it(desk: Desk, other: Desk) -> None:
    send(desk, *power_failure())
    for one in (desk, other):
        one.page.locator("#rows .row").first.wait_for()
    open_first(other)
    other.page.keyboard.press("e")
    dialog = other.page.get_by_role("dialog")
    dialog.wait_for()

    row = desk.page.locator("#rows .row").first
    row.get_by_role("button", name="Acknowledge").click()
    desk.page.get_by_text("Acknowledged: INC-").wait_for()
    dialog.get_by_label("Technical").check()
    dialog.get_by_role("button", name="Resolve").click()

    told = other.page.locator(".toast.bad")
    expect(told).to_contain_text("changed meanwhile: operator acknowledged it at")
    other.page.locator("header .state", has_text="Acknowledged").wait_for()
    other.complaints.clear()  # a browser reports each refusal; this one was to be seen


def critical(desk: Desk, *, seconds_ago: float) -> NOCIncident:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    return desk.floor.do(
        lambda: make_incident(desk.tenant, "Cooling failed", severity=5, opened_at=at)
    )


def sound(desk: Desk) -> Any:
    return desk.page.evaluate("document.documentElement.dataset.sound")


def test_a_critical_that_nobody_looks_at_sounds_at_every_desk_after_a_minute(
    desk: Desk, other: Desk
) -> None:
    incident = critical(desk, seconds_ago=30)
    for one, path in ((desk, "/"), (other, "/noise")):
        one.page.clock.install()
        one.open(path)
        one.page.keyboard.press("Shift")
        assert sound(one) == "ready"
    asked = requests_of(other)

    for one in (desk, other):
        one.page.clock.fast_forward(30_000)
        bar = one.page.get_by_role("region", name="Nobody looks at these")
        expect(bar).to_contain_text("Cooling failed")
        assert sound(one) == "sounding"
    assert asked == []
    desk.picture("unclaimed")
    assert faults(desk.page) == []

    other.open(f"/incidents/{incident.pk}")

    expect(desk.page.locator("#unclaimed")).to_be_hidden()
    assert wait_for(lambda: sound(desk) == "ready", desk.page)


def test_what_was_left_without_being_taken_waits_a_minute_anew(desk: Desk) -> None:
    incident = critical(desk, seconds_ago=600)
    desk.open("/")
    desk.page.locator("#unclaimed").wait_for()

    def visited() -> None:
        with tenant_scope(desk.tenant.id):
            by = Actor("user", str(desk.user.pk))
            desks.claim(incident, by=by, now=timezone.now())
            desks.leave(incident, by=by, now=timezone.now())

    desk.floor.do(visited)

    expect(desk.page.locator("#unclaimed")).to_be_hidden()
    desk.open("/")
    expect(desk.page.locator("#unclaimed")).to_be_hidden()


def test_the_supervisor_sees_desks_breaks_and_what_waits_as_it_changes(
    desk: Desk, other: Desk
) -> None:
    waiting = desk.floor.do(lambda: make_incident(desk.tenant, opened_at=timezone.now()))
    other.open("/desks")
    there = other.page.locator('[data-part="desks"]')
    expect(other.page.locator('[data-part="waiting"]')).to_contain_text("Door forced")
    expect(there).to_contain_text("operator")

    desk.open(f"/incidents/{waiting.pk}")
    expect(there).to_contain_text(f"INC-{waiting.number}, Door forced")
    expect(other.page.locator('[data-part="waiting"]')).to_contain_text("Nothing:")
    critical(desk, seconds_ago=300)
    other.open("/desks")
    other.picture("desks")
    assert faults(other.page) == []

    desk.open("/desks")
    desk.page.get_by_role("button", name="Take a break").click()
    expect(there).to_contain_text("On a break since")
    expect(there).not_to_contain_text("Door forced")
    desk.page.get_by_role("button", name="Back at the desk").click()
    expect(there).not_to_contain_text("On a break since")


def test_an_incident_that_is_over_is_not_claimed_any_more(desk: Desk) -> None:
    incident = desk.floor.do(lambda: make_incident(desk.tenant, opened_at=timezone.now()))

    def resolved() -> None:
        with tenant_scope(desk.tenant.id):
            incidents.resolve(incident.pk, by=Actor("system"), now=timezone.now())

    desk.floor.do(resolved)
    desk.open(f"/incidents/{incident.pk}")
    desk.page.mouse.move(300, 300)

    assert desk.page.locator("#looking").is_hidden()
    desk.floor.do(lambda: _no_claim(desk))


def _no_claim(desk: Desk) -> None:
    with tenant_scope(desk.tenant.id):
        assert not Claim.objects.exists()


@pytest.fixture
def chief(desk: Desk, floor: Floor, chromium: Browser) -> Iterator[Desk]:
    """An administrator of the same tenant, who has something in hand already."""
    for one in desk_of("admin", floor, chromium, desk.tenant):
        taken = {"number": 901, "severity": 5, "state": "ASSIGNED", "assigned_to": one.user}
        floor.do(partial(make_incident, desk.tenant, "Vault open", is_listed=False, **taken))
        yield one


def test_a_new_incident_is_offered_at_one_desk_and_the_others_see_to_whom(
    desk: Desk, chief: Desk
) -> None:
    page = chief.page
    chief.open("/desks")
    page.get_by_label("Offer new incidents to desks").check()
    page.get_by_label("Types of alerts that need a skill").fill("MAINS_FAIL: power")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("columnheader", name="Offered")).to_be_visible()
    send(desk, *power_failure())

    expect(desk.page.locator("#rows .row").first).to_contain_text("Offered to you")
    expect(desk.page.locator(".toast", has_text="Offered to you")).to_be_visible()
    assert faults(desk.page) == []
    desk.picture("incidents-offered")
    expect(page.locator('[data-part="desks"]')).to_contain_text("nothing in hand")
    assert faults(page) == []
    chief.picture("desks-offered")
    chief.open("/")
    expect(page.locator("#rows .row").first).to_contain_text("Offered to operator")
