"""The page of an incident while it grows and is worked on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Desk, wait_for
from tests.browser.test_journey import power_failure, send

pytestmark = pytest.mark.browser


def open_power_failure(desk: Desk) -> Page:
    send(desk, *power_failure())
    desk.page.locator("#rows .row", has_text="3 alerts").get_by_role("link").press("Enter")
    desk.wait_until_live()
    return desk.page


def test_what_somebody_reads_stays_open_while_alerts_arrive(desk: Desk) -> None:
    page = open_power_failure(desk)
    page.locator(".member").nth(1).locator("summary").click()
    page.evaluate("document.activeElement.blur()")

    [ups] = power_failure()[:1]
    send(desk, {**ups, "entity_id": "ups-9", "message": "UPS 9 on battery"})

    expect(page.locator(".member")).to_have_count(4)
    expect(page.locator(".why-more[open]")).to_have_count(1)
    assert page.locator(".member", has=page.locator("[open]")).locator("a").count() == 1


def test_an_act_by_key_leaves_the_keyboard_at_the_acts(desk: Desk) -> None:
    page = open_power_failure(desk)
    acts = page.get_by_role("group", name="Acts")
    acts.get_by_role("button", name="Acknowledge").focus()
    page.keyboard.press("Enter")

    expect(page.locator("header .state")).to_have_text("Acknowledged")
    expect(acts.get_by_role("button", name="Acknowledge")).to_have_count(0)
    expect(acts).to_be_focused()
    page.keyboard.press("Tab")
    expect(acts.get_by_role("button").first).to_be_focused()


def test_an_act_shows_at_once_and_goes_back_where_it_is_refused(desk: Desk) -> None:
    page = open_power_failure(desk)
    state = page.locator("header .state")
    held: list[Route] = []
    page.route("**/acknowledge", lambda route: held.append(route))

    page.keyboard.press("a")
    expect(state).to_have_text("Acknowledged")
    assert wait_for(lambda: bool(held), page)
    held[0].fulfill(status=409, json={"message": "Leo Okafor resolved it."})

    page.get_by_text("Leo Okafor resolved it.").wait_for()
    expect(state).to_have_text("New")
    desk.complaints.clear()  # a browser reports each refusal


def test_the_acts_stay_in_sight_below_a_message_of_any_length(desk: Desk) -> None:
    page = desk.page
    [event_id] = send(desk, {"alert_type": "PUMP", "message": "pressure falls, " * 200})
    page.locator("#rows .row").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})

    for path in (page.locator("#rows .row-title").get_attribute("href"), f"/alerts/{event_id}"):
        desk.open(str(path))
        expect(page.get_by_role("button", name="Acknowledge")).to_be_in_viewport()
    expect(page.get_by_role("cell", name="pressure falls")).to_be_attached()


def test_the_first_note_on_an_alert_is_seen_at_once(desk: Desk) -> None:
    page = desk.page
    send(desk, {"alert_type": "PUMP", "message": "pressure falls"})
    desk.open("/alerts")
    page.locator("#rows .row-title").press("Enter")
    desk.wait_until_live()
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Note").fill("The plumber is called.")
    page.get_by_role("button", name="Add note").click()

    page.get_by_role("heading", name="Notes").wait_for()
    page.get_by_text("The plumber is called.").wait_for()
