"""The live list, frame by frame."""

from __future__ import annotations

import signal
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Route

from tests.browser.conftest import Desk, wait_for
from tests.console.making import make_alert, make_incident, make_site
from tests.make import NOW
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.announce import announce
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.selectors import alert_rows, spelt
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident
from watchfloor.noc.incidents.selectors import incident_rows
from watchfloor.platform.ids import uuid7
from watchfloor.platform.live import frames
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser


def tell(desk: Desk, *titles: str, **values: Any) -> list[NOCIncident]:
    """Open incidents and tell the open pages of each in a frame of its own, as handlers do."""
    made = desk.floor.do(lambda: [make_incident(desk.tenant, title, **values) for title in titles])
    for incident in made:
        desk.floor.do(partial(publish, desk, incident))
    return made


def change(desk: Desk, incident: NOCIncident, **values: Any) -> None:
    def work() -> None:
        with tenant_scope(desk.tenant.id):
            NOCIncident.objects.filter(pk=incident.pk).update(
                **values, version=incident.version + 1
            )
        publish(desk, incident)

    desk.floor.do(work)


def publish(desk: Desk, incident: NOCIncident) -> None:
    with tenant_scope(desk.tenant.id):
        [(row, _)] = incident_rows([incident.pk])
    told = {"kind": "incident", "id": incident.pk, "client_id": None, "site_id": None}
    told |= {"row": spelt(row)}
    frames.publish(desk.tenant.id, [told], at=NOW)


def shows(desk: Desk, *titles: str, seconds: float = 5) -> bool:
    return wait_for(lambda: desk.titles() == list(titles), desk.page, seconds=seconds)


def leave_list(desk: Desk) -> None:
    desk.page.evaluate("document.activeElement.blur()")
    desk.page.mouse.move(5, 700)


def test_incidents_appear_change_and_go_by_themselves(desk: Desk) -> None:
    [first] = tell(desk, "Door forced", severity=3)
    assert shows(desk, "Door forced")

    tell(desk, "Feeder down", severity=5)
    assert shows(desk, "Feeder down", "Door forced")

    change(desk, first, severity=5, opened_at=NOW + timedelta(minutes=1), title="Door still forced")
    assert shows(desk, "Door still forced", "Feeder down")

    change(desk, first, state="RESOLVED")
    assert shows(desk, "Feeder down")


def test_a_list_that_becomes_empty_says_so_and_not_that_nothing_ever_was(desk: Desk) -> None:
    assert desk.page.get_by_text("No incident yet.").is_visible()
    [only] = tell(desk, "Door forced")
    assert shows(desk, "Door forced")

    change(desk, only, state="RESOLVED")

    desk.page.get_by_text("No open incidents.").wait_for()
    assert not desk.page.get_by_text("No incident yet.").is_visible()


def test_nothing_moves_under_the_pointer_until_it_leaves(desk: Desk) -> None:
    [low] = tell(desk, "Low one", severity=2)
    assert shows(desk, "Low one")
    desk.page.locator("#rows .row").hover()

    tell(desk, "High one", "Other high one", severity=4)
    change(desk, low, state="RESOLVED")
    waiting = desk.page.get_by_role("button", name="2 new")
    waiting.wait_for()
    assert desk.titles() == ["Low one"]

    leave_list(desk)
    assert wait_for(lambda: len(desk.titles()) == 2, desk.page)
    assert "Low one" not in desk.titles()


def test_the_button_lets_the_waiting_rows_in(desk: Desk) -> None:
    tell(desk, "First")
    assert shows(desk, "First")
    desk.page.keyboard.press("Space")
    tell(desk, "Second", opened_at=NOW + timedelta(minutes=1))
    desk.page.get_by_role("button", name="1 new").click()

    assert shows(desk, "Second", "First")


def test_life_safety_does_not_wait_and_does_not_pass_by(desk: Desk) -> None:
    tell(desk, "Feeder down", severity=5)
    assert shows(desk, "Feeder down")
    desk.page.locator("#rows .row").hover()
    desk.page.keyboard.press("Shift")  # the first key lets the browser play sound

    [panic] = tell(desk, "Panic at reception", severity=5, is_life_safety=True)

    assert shows(desk, "Panic at reception", "Feeder down")
    banner = desk.page.get_by_role("region", name="Life safety")
    assert banner.get_by_role("link", name="Panic at reception").is_visible()
    assert "Panic at reception" in desk.page.locator("#loud").inner_text()
    assert desk.page.evaluate("document.documentElement.dataset.sound") == "sounding"
    assert desk.page.title().startswith("(1!)")

    desk.page.get_by_role("link", name="Alerts", exact=True).click()
    desk.wait_until_live()
    assert desk.page.get_by_role("region", name="Life safety").is_visible()
    assert desk.page.evaluate("document.documentElement.dataset.sound") == "sounding"

    change(desk, panic, state="ACKNOWLEDGED")
    banner.wait_for(state="hidden")


def test_a_mute_lasts_until_its_time_and_a_minute_where_nobody_looks_at_life_safety(
    desk: Desk,
) -> None:
    desk.page.clock.install()
    desk.open("/")
    tell(desk, "Panic at reception", severity=5, is_life_safety=True, opened_at=timezone.now())
    desk.page.get_by_role("region", name="Life safety").wait_for()
    desk.page.keyboard.press("Shift")
    state = "document.documentElement.dataset.sound"
    assert wait_for(lambda: desk.page.evaluate(state) == "sounding", desk.page)

    desk.page.locator("#sound").click()
    # What sounds is asked anew then, by the floor's clock, which nothing here puts forward.
    with desk.page.expect_response("**/alarms.json"):
        desk.page.get_by_role("button", name="15 min").click()
    banner = desk.page.locator("#muted")
    banner.wait_for()
    assert desk.page.evaluate(state) == "muted"
    assert desk.page.locator("#sound").inner_text() == "Muted 15 min"

    desk.page.clock.fast_forward("01:01")
    assert wait_for(lambda: desk.page.evaluate(state) == "sounding", desk.page)
    assert banner.is_visible()

    desk.page.clock.fast_forward("14:05")
    banner.wait_for(state="hidden")


def test_an_incident_over_several_sites_stays_in_the_list_of_each(desk: Desk) -> None:
    def spread() -> tuple[NOCIncident, Site]:
        incident = make_incident(desk.tenant, "Feeder down", site=make_site(desk.tenant))
        other = make_site(desk.tenant, "Harbour Gate")
        with tenant_scope(desk.tenant.id):
            IncidentPlace.objects.create(incident=incident, site=other, client_id=other.client_id)
            NOCIncident.objects.filter(pk=incident.pk).update(site=None, client=None)
        return incident, other

    def rename() -> None:
        with tenant_scope(desk.tenant.id), transaction.atomic():
            NOCIncident.objects.filter(pk=incident.pk).update(title="Feeder still down", version=2)
            announce([incident.pk], [], now=NOW)

    incident, other = desk.floor.do(spread)
    desk.open(f"/?site={other.pk}")
    assert shows(desk, "Feeder down")

    desk.floor.do(rename)
    assert shows(desk, "Feeder still down")


def test_rows_that_the_filters_refuse_stay_away(desk: Desk) -> None:
    desk.open("/?severity=5&q=feeder")
    tell(desk, "Feeder slow", severity=3)
    tell(desk, "Door forced", severity=5)
    tell(desk, "Feeder down", severity=5)

    assert shows(desk, "Feeder down")


def test_going_back_shows_the_filters_that_the_list_went_through(desk: Desk) -> None:
    page = desk.page
    page.locator("#state").select_option("Resolved")
    page.wait_for_url("**/?state=resolved")
    page.locator(".chip", has_text="High").click()
    page.wait_for_url("**severity=4")

    page.go_back()
    desk.wait_until_live()
    assert not page.get_by_role("checkbox", name="High").is_checked()
    page.go_back()
    desk.wait_until_live()
    assert page.locator("#state").input_value() == "open"


def test_a_restart_of_the_web_process_loses_and_doubles_nothing(desk: Desk) -> None:
    tell(desk, "Before")
    assert shows(desk, "Before")

    desk.floor.stop("web", how=signal.SIGKILL)
    desk.page.locator("#live[data-status=reconnecting]").wait_for()
    tell(desk, "Meanwhile 1", "Meanwhile 2", severity=2)
    desk.floor.start("web")
    desk.wait_until_live()
    tell(desk, "After", severity=1)

    assert shows(desk, "Before", "Meanwhile 2", "Meanwhile 1", "After", seconds=10)
    forgive_lost_connection(desk)


def test_a_page_that_was_away_too_long_loads_its_list_anew(desk: Desk) -> None:
    [old] = tell(desk, "Old")
    assert shows(desk, "Old")
    desk.floor.stop("web")
    desk.page.locator("#live[data-status=reconnecting]").wait_for()

    change(desk, old, state="RESOLVED")
    tell(desk, "New")
    desk.floor.do(lambda: forget_all_but_the_newest_frame(desk))
    desk.floor.start("web")
    desk.wait_until_live()

    assert shows(desk, "New", seconds=10)
    forgive_lost_connection(desk)


def forget_all_but_the_newest_frame(desk: Desk) -> None:
    tell_more = make_incident(desk.tenant, "Not listed", is_listed=False, state="RESOLVED")
    publish(desk, tell_more)
    frames.prune(NOW + timedelta(hours=1))


def forgive_lost_connection(desk: Desk) -> None:
    """A browser reports each refused connection; that is what was to be seen here."""
    refused = ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "WebSocket")
    desk.complaints[:] = [c for c in desk.complaints if not any(word in c for word in refused)]


def many_alerts(desk: Desk, count: int) -> None:
    def work() -> None:
        [first] = [make_alert(desk.tenant, "Alarm 0")]
        with tenant_scope(desk.tenant.id):
            NOCAlertEvent.objects.bulk_create(
                copied(first, f"Alarm {number}", NOW - timedelta(seconds=number))
                for number in range(1, count)
            )

    desk.floor.do(work)


def copied(alert: NOCAlertEvent, message: str, at: datetime) -> NOCAlertEvent:
    values = {field.attname: getattr(alert, field.attname) for field in alert._meta.fields}
    own = {"id": uuid7(), "fingerprint": uuid7().hex, "message": message, "last_seen_at": at}
    return NOCAlertEvent(**values | own)


def test_ten_thousand_rows_are_all_there_and_few_are_drawn(desk: Desk) -> None:
    many_alerts(desk, 10_020)
    desk.open("/alerts")
    page = desk.page
    count = page.locator("#count")
    assert wait_for(lambda: count.inner_text() == "first 10000 alerts", page, seconds=30)
    drawn = page.locator("#rows > .row")
    assert 10 < drawn.count() <= 80

    page.locator("#rows").evaluate("rows => scrollTo(0, rows.offsetHeight / 2)")
    page.get_by_role("link", name="Alarm 5000", exact=True).wait_for()
    page.keyboard.press("End")
    page.get_by_role("link", name="Alarm 9999", exact=True).wait_for()
    assert page.locator("#more").is_visible()
    assert drawn.count() <= 80
    assert drawn.last.get_attribute("aria-posinset") == "10000"

    drawn.nth(3).get_by_role("link").focus()
    page.keyboard.press("Home")
    page.get_by_role("link", name="Alarm 0", exact=True).wait_for()
    page.keyboard.press("j")
    assert page.locator(":focus").is_visible(), "the row in focus was lost on the way"
    assert desk.overflow() <= 0


def test_what_comes_while_the_rest_is_loaded_is_neither_lost_nor_doubled(desk: Desk) -> None:
    many_alerts(desk, 2_500)
    page = desk.page
    held: list[Route] = []
    page.route("**/alerts.json*", lambda route: route.continue_() if held else held.append(route))
    desk.open("/alerts")
    assert wait_for(lambda: len(held) == 1, page)
    late = desk.floor.do(lambda: make_alert(desk.tenant, "Late", at=NOW + timedelta(minutes=1)))
    desk.floor.do(lambda: tell_of_alert(desk, late))
    page.get_by_role("link", name="Late", exact=True).wait_for()

    held[0].continue_()

    assert wait_for(lambda: page.locator("#count").inner_text() == "2501 alerts", page, seconds=15)


def tell_of_alert(desk: Desk, alert: NOCAlertEvent) -> None:
    with tenant_scope(desk.tenant.id):
        [row] = alert_rows([alert.pk])
    told = {"kind": "alert", "id": alert.pk, "client_id": None, "site_id": None}
    frames.publish(desk.tenant.id, [told | {"row": spelt(row)}], at=NOW)


def test_keys_move_open_and_do_nothing_in_inputs(desk: Desk) -> None:
    tell(desk, "Second", severity=3)
    tell(desk, "First", severity=4)
    assert shows(desk, "First", "Second")
    focused = "document.activeElement.textContent"

    desk.page.keyboard.press("j")
    assert desk.page.evaluate(focused) == "First"
    desk.page.keyboard.press("j")
    assert desk.page.evaluate(focused) == "Second"
    desk.page.keyboard.press("k")
    assert desk.page.evaluate(focused) == "First"

    desk.page.keyboard.press("/")
    desk.page.keyboard.type("j?")
    assert desk.page.get_by_role("searchbox").input_value() == "j?"
    assert not desk.page.locator("#help").is_visible()

    leave_list(desk)
    desk.page.keyboard.press("?")
    assert desk.page.locator("#help").is_visible()


def test_single_keys_can_be_turned_off(desk: Desk) -> None:
    tell(desk, "First")
    assert shows(desk, "First")
    desk.page.keyboard.press("?")
    desk.page.get_by_label("Use single keys").uncheck()
    desk.page.get_by_role("button", name="Close").click()

    desk.page.keyboard.press("?")

    assert not desk.page.locator("#help").is_visible()


def test_a_chosen_theme_is_remembered(desk: Desk) -> None:
    ground = "getComputedStyle(document.body.parentElement).backgroundColor"
    light = desk.page.evaluate(ground)
    desk.page.locator("summary").click()
    desk.page.get_by_text("Dark", exact=True).click()
    dark = desk.page.evaluate(ground)
    desk.open("/alerts")

    assert light != dark == desk.page.evaluate(ground)
