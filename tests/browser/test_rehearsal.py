"""Another idle gap is tried on stored history, compared, enabled and rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from tests.browser.conftest import Desk, Floor, desk_of
from tests.noc import flow, storm
from tests.noc.advisers import make_adviser
from watchfloor.noc.rehearsal import running
from watchfloor.noc.rehearsal.models import Rehearsal
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser


@pytest.fixture
def chief(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def history_of_a_night(desk: Desk) -> None:
    """Leave a night of reports behind, which ended an hour ago."""

    def work() -> None:
        later = (timezone.now() - timedelta(hours=11) - flow.START).total_seconds()
        night = [
            msgspec.structs.replace(
                report,
                received_at=report.received_at + later,
                timestamp=(report.timestamp or report.received_at) + later,
            )
            for report in storm.night(400)
        ]
        for start in range(0, len(night), 100):
            flow.work(desk.tenant, *night[start : start + 100])

    desk.floor.do(work)


def work_it(desk: Desk) -> None:
    """Do what the worker does: none runs beside this floor."""

    def work() -> None:
        with tenant_scope(desk.tenant.id):
            [asked] = Rehearsal.objects.filter(state="queued")
            assert running.run(asked.pk, now=timezone.now)

    desk.floor.do(work)


def test_a_candidate_is_rehearsed_compared_enabled_and_rolled_back(chief: Desk) -> None:
    page = chief.page
    history_of_a_night(chief)
    chief.open("/rehearsal")
    page.get_by_text("As shipped", exact=True).wait_for()
    page.get_by_role("spinbutton", name="Idle gap").fill("120")
    page.get_by_role("spinbutton", name="Longest incident").fill("1200")
    assert page.locator(".setting[data-changed]").count() == 2
    assert page.locator(".setting output").first.text_content() == "2 min"
    chief.picture("rehearsal-form")

    page.get_by_role("button", name="Rehearse").click()
    page.get_by_role("heading", name="Under way").wait_for()
    work_it(chief)
    page.get_by_role("heading", name="Side by side").wait_for()
    assert page.get_by_text("Idle gap").count() == 1
    assert page.locator(".difference").count() > 0
    chief.picture("rehearsal")

    page.get_by_role("button", name="Enable").click()
    page.get_by_role("dialog").get_by_role("button", name="Enable").click()
    page.get_by_text("This decides now").wait_for()
    chief.open("/rehearsal")
    page.get_by_text("Version 1 decides since").wait_for()
    chief.picture("rehearsals")
    page.get_by_role("button", name="Roll back").click()
    page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    page.get_by_text("As shipped", exact=True).wait_for()


def test_a_value_out_of_range_is_not_sent_and_a_second_rehearsal_waits(chief: Desk) -> None:
    page = chief.page
    chief.open("/rehearsal")
    page.get_by_role("spinbutton", name="Idle gap").fill("1")
    page.get_by_role("button", name="Rehearse").click()
    assert page.get_by_role("heading", name="What if").is_visible()

    page.get_by_role("button", name="Reset").click()
    assert page.locator(".setting[data-changed]").count() == 0
    page.get_by_role("button", name="Rehearse").click()
    page.get_by_role("heading", name="Under way").wait_for()
    chief.open("/rehearsal")
    assert page.get_by_role("button", name="Rehearse").is_disabled()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled").wait_for()


def test_a_model_that_beat_the_rules_is_promoted_and_rolled_back(chief: Desk) -> None:
    page = chief.page

    def work() -> None:
        with tenant_scope(chief.tenant.id):
            make_adviser(now=timezone.now())
            make_adviser("3 tickets for nothing, 2 without it", trees=b"2", now=timezone.now())

    chief.floor.do(work)
    chief.open("/rehearsal")
    card = page.get_by_role("region", name="Adviser").first
    card.get_by_text("Stays out: 3 tickets for nothing").wait_for()
    chief.picture("advisers")
    card.get_by_role("button", name="Promote").click()
    page.get_by_role("dialog").get_by_role("button", name="Promote").click()
    card.get_by_text("now", exact=True).wait_for()
    card.get_by_role("button", name="Roll back").click()
    page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    card.get_by_text("earlier", exact=True).wait_for()
    assert card.get_by_role("button", name="Promote").count() == 1
