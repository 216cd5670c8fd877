"""From a sender's alert to an incident that somebody has dealt with, through the real floor."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Desk, wait_for
from tests.make import bearer, make_key, make_user, signed_in

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>'


def send(desk: Desk, *alerts: dict[str, Any]) -> list[str]:
    """Post alerts as a sender of the desk's tenant; return their event ids."""
    key = desk.floor.do(lambda: make_key(desk.tenant))
    usual = {"severity": "HIGH", "timestamp": timezone.now().isoformat(), "site": "North Tower"}
    answer = httpx.post(
        f"{desk.floor.url}/api/v1/alerts",
        json=[{**usual, **alert} for alert in alerts],
        headers=bearer(key),
    )
    assert answer.status_code == 202, answer.text
    return [event["event_id"] for event in answer.json()["events"]]


def power_failure() -> list[dict[str, Any]]:
    return [
        {"alert_type": "UPS_ON_BATTERY", "entity_id": f"ups-{n}", "message": f"UPS {n} on battery"}
        for n in range(3)
    ]


def test_an_alert_becomes_an_incident_that_is_explained_and_dealt_with(desk: Desk) -> None:
    page = desk.page
    send(desk, *power_failure())

    row = page.locator("#rows .row").first
    row.wait_for()
    desk.picture("incidents")
    row.get_by_role("link").press("Enter")
    page.get_by_role("heading", name="Alerts, and why they are here").wait_for()
    members = page.locator("[data-part=members]")
    assert members.get_by_text("It began this incident").count() == 1
    assert members.get_by_text("It fits with").count() == 2

    page.get_by_role("button", name="Acknowledge").click()
    page.locator("header .state", has_text="Acknowledged").wait_for()
    page.keyboard.press("s")
    page.keyboard.press("m")
    page.locator("header .state", has_text="Assigned").wait_for()
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Note").fill("The guard is on site.")
    page.get_by_role("button", name="Add note").click()
    page.get_by_text("The guard is on site.").wait_for()
    desk.picture("incident")

    page.keyboard.press("e")
    page.keyboard.press("5")
    page.get_by_role("textbox", name="What was done").fill("Breaker was off.")
    desk.picture("resolve-dialog")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    page.locator("header .state", has_text="Resolved").wait_for()
    page.get_by_text("Breaker was off.").first.wait_for()
    page.locator(".facts dd", has_text="Technical").wait_for()

    page.get_by_role("link", name="Incidents").first.click()
    page.locator("#empty-first", has_text="No open incidents.").wait_for()
    desk.picture("no-incidents")


def test_a_resolve_says_what_it_was_by_one_digit_and_is_taken_back_by_one_key(desk: Desk) -> None:
    page = desk.page
    send(desk, {"alert_type": "DOOR_FORCED", "entity_id": "door-3", "message": "Door 3 forced"})
    row = page.locator("#rows .row")
    row.get_by_role("link").focus()
    page.keyboard.press("e")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("dialog")).to_be_visible()  # what it was is required

    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("data-state", "RESOLVED")
    page.get_by_role("button", name="Undo").wait_for()
    page.keyboard.press("u")
    expect(page.get_by_text("Taken back").first).to_be_visible()
    expect(row).to_have_attribute("data-state", "NEW")

    row.get_by_role("link").focus()
    page.keyboard.press("e")
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("data-state", "RESOLVED")
    desk.open("/?state=resolved&disposition=animal")
    expect(row).to_contain_text("Animal")
    desk.picture("resolved")


def test_an_alert_tells_of_its_reports(desk: Desk) -> None:
    page = desk.page
    door = {"alert_type": "DOOR_FORCED", "entity_id": "door-3", "message": "Door 3 forced"}
    send(desk, door, {**door, "message": "Door 3 still forced"})
    desk.open("/alerts")
    page.get_by_text("2 reports").wait_for()
    desk.picture("alerts")

    page.locator("#rows .row-title").first.press("Enter")

    page.get_by_role("cell", name="opened the alert").wait_for()
    page.get_by_role("cell", name="counted once more").wait_for()
    desk.picture("alert")


def test_panic_goes_on_top_of_a_storm_and_sounds_until_somebody_acknowledges(desk: Desk) -> None:
    page = desk.page
    page.keyboard.press("Shift")
    send(desk, *power_failure())
    page.locator("#rows .row").first.wait_for()
    page.locator("#rows .row").first.hover()

    send(desk, {"alert_type": "PANIC", "severity": "CRITICAL", "entity_id": "button-17",
                "message": "Panic button at reception", "site": "Harbour Gate 4"})  # fmt: skip

    banner = page.get_by_role("region", name="Life safety")
    banner.wait_for()
    assert wait_for(lambda: "Panic" in desk.titles()[0], page)
    assert page.evaluate("document.documentElement.dataset.sound") == "sounding"
    desk.picture("panic")

    banner.get_by_role("button", name="Acknowledge").click()
    banner.wait_for(state="hidden")
    assert wait_for(
        lambda: page.evaluate("document.documentElement.dataset.sound") == "ready", page
    )


def test_of_two_people_the_second_is_told_who_was_first(desk: Desk) -> None:
    page = desk.page
    send(desk, *power_failure())
    page.locator("#rows .row-title").first.press("Enter")
    button = page.get_by_role("button", name="Acknowledge")
    page.wait_for_url("**/incidents/*")
    desk.wait_until_live()
    page.context.set_offline(True)  # the page does not hear of it in time
    jo = desk.floor.do(lambda: make_user(desk.tenant, email="jo@example.com"))
    desk.floor.do(lambda: acknowledge_as(jo, page.url.rsplit("/", 1)[1]))
    page.context.set_offline(False)

    button.click()

    page.get_by_role("alert").get_by_text("operator acknowledged it").wait_for()
    desk.complaints.clear()


def acknowledge_as(user: Any, incident_id: str) -> None:
    answer = signed_in(user).post(
        f"/api/v1/incidents/{incident_id}/acknowledge", {}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content


def test_an_incident_can_be_opened_by_hand(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("link", name="Open an incident").click()
    page.get_by_label("What happens?").fill("Caller reports smoke")
    page.get_by_label("Severity").select_option("High")
    desk.picture("opening")
    page.get_by_role("button", name="Open it").click()

    page.get_by_role("heading", name="Caller reports smoke").wait_for()
    page.get_by_text("Opened by hand").first.wait_for()
    page.get_by_role("link", name="Incidents").first.click()
    page.get_by_role("link", name="Caller reports smoke").wait_for()


def test_what_senders_write_never_runs(desk: Desk) -> None:
    page = desk.page
    hostile = {"alert_type": HOSTILE, "message": HOSTILE, "entity_id": HOSTILE, "device": HOSTILE,
               "site": HOSTILE, "client": HOSTILE, "person": HOSTILE, "severity": HOSTILE,
               "labels": {"x": HOSTILE}, "source": HOSTILE}  # fmt: skip
    [event_id] = send(desk, hostile)
    page.locator("#rows .row").first.wait_for()

    for path in (page.locator("#rows .row-title").first.get_attribute("href"), "/alerts",
                 f"/alerts/{event_id}", "/"):  # fmt: skip
        desk.open(str(path))
        assert "window.hacked" in page.locator("main").inner_text()
        assert page.evaluate("window.hacked") is None
        assert page.locator("img").count() == 0


def test_signing_out_in_one_page_closes_the_others(desk: Desk) -> None:
    other = desk.page.context.new_page()
    other.goto(desk.floor.url)
    other.locator("summary").click()
    other.get_by_role("button", name="Sign out").click()
    other.get_by_role("heading", name="Sign in").wait_for()

    desk.page.get_by_role("heading", name="Sign in").wait_for()


def test_a_page_that_is_left_while_it_connects_leaves_without_a_word(desk: Desk) -> None:
    """Of what the browser's console complains about, `desk` finds at its end."""
    readiness = desk.page.evaluate("""async () => {
        const {Live} = await import("/static/console/js/live.js");
        const Real = window.WebSocket;
        const made = [];
        window.WebSocket = class extends Real { constructor(url) { super(url); made.push(this); } };
        new Live(0).start();
        const [socket] = made;
        const before = socket.readyState;
        dispatchEvent(new Event("pagehide"));
        await new Promise((done) => socket.addEventListener("close", done));
        return [before, socket.readyState];
    }""")

    assert readiness == [0, 3], "it was connecting, and is closed in the end"


def test_life_safety_notifies_where_that_was_allowed(desk: Desk) -> None:
    page = desk.page
    page.add_init_script(
        """window.told = [];
        window.Notification = class {
          static permission = "default";
          static async requestPermission() { return (this.permission = "granted"); }
          constructor(title, options) { window.told.push([title, options.body, options.tag]); }
        };"""
    )
    desk.open("/")
    assert page.evaluate("Notification.permission") == "default"
    page.locator("summary").click()
    page.get_by_role("button", name="Notify me of life safety").click()
    page.keyboard.press("Escape")

    send(desk, {"alert_type": "SOS", "message": "SOS from pendant 9"})

    page.get_by_role("region", name="Life safety").wait_for()
    [[title, body, _]] = page.evaluate("window.told")
    assert "SOS from pendant 9" in title
    assert "North Tower" in body
