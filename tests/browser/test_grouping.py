"""An operator merges, splits and moves by hand and by key, and takes it back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.make import NOW
from tests.noc import flow
from tests.noc.outage import LASTS, outage
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident
from watchfloor.noc.teaching import effects
from watchfloor.noc.teaching.models import Correction, Lesson
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser


@pytest.fixture
def chief(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


@pytest.fixture
def colleague(chief: Desk, floor: Floor, chromium: Browser) -> Iterator[Desk]:
    """Somebody else who configures the tenant of the chief."""
    yield from desk_of("admin", floor, chromium, chief.tenant)


def two_incidents(desk: Desk) -> dict[int, str]:
    """Leave one incident of a camera, and one of a door and a lamp; return ids by number."""

    def work() -> dict[int, str]:
        at = (timezone.now() - flow.START).total_seconds() / 60 - 1
        south = {"site": "South Gate"}
        flow.work(
            desk.tenant,
            flow.make_report(at, site="North Tower", device="cam-1"),
            flow.make_report(
                at + 0.1, device="door-1", alert_type="DOOR_FORCED", message="forced", **south
            ),
            flow.make_report(
                at + 0.2, device="lamp-1", alert_type="POWER_LOSS", message="dark", **south
            ),
        )
        with tenant_scope(desk.tenant.id):
            return {one.number: str(one.pk) for one in NOCIncident.objects.all()}

    return desk.floor.do(work)


def test_a_merge_is_done_by_key_and_undone_by_key(desk: Desk) -> None:
    page, ids = desk.page, two_incidents(desk)
    desk.open(f"/incidents/{ids[1]}")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why?").fill("one feeder")
    desk.picture("merge-dialog")
    dialog.get_by_role("button", name="INC-2").click()

    page.get_by_role("link", name="Merged into INC-2").wait_for()
    expect(page.locator('[data-part="timeline"]')).to_contain_text("Merged into INC-2: one feeder")
    desk.picture("incident-merged")
    page.keyboard.press("u")

    page.get_by_text("Taken back").first.wait_for()
    expect(page.get_by_role("link", name="Merged into INC-2")).to_have_count(0)
    expect(page.locator(".member")).to_have_count(1)


def test_an_incident_to_merge_into_is_searched_for_by_keyboard(desk: Desk) -> None:
    page, ids = desk.page, two_incidents(desk)
    desk.floor.do(lambda: many_incidents(desk, 40))
    desk.open(f"/incidents/{ids[1]}")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_have_text("The first 30 are listed: type more words.")
    expect(dialog.get_by_role("button", name="INC-")).to_have_count(30)

    page.keyboard.type("dark pump 37")
    expect(dialog.get_by_role("button", name="INC-")).to_have_count(1)
    expect(dialog.get_by_role("status")).to_have_text("1 open incident")
    desk.picture("merge-search")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.type(" nonsense")
    expect(dialog.get_by_role("status")).to_have_text("No other open incident has these words.")
    page.get_by_label("Which one?").fill("south gate")
    expect(dialog.get_by_role("button", name="INC-")).to_have_count(1)
    page.get_by_label("Which one?").fill("inc-2")
    expect(dialog.get_by_role("button", name="INC-")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Merged into INC-2").wait_for()


def many_incidents(desk: Desk, count: int) -> None:
    """Open incidents of which only the words tell one from another."""
    with tenant_scope(desk.tenant.id):
        for pump in range(count):
            number = 1000 + pump
            cluster = AlertCluster.objects.create(
                number=number, cluster_signature=f"pump {pump}", combined_severity=3,
                first_alert_at=NOW, last_alert_at=NOW,
            )  # fmt: skip
            incident = NOCIncident.objects.create(
                number=number, title=f"Pump {pump} dark", severity=3, cluster=cluster,
                opened_at=NOW, updated_at=NOW, last_alert_at=NOW,
            )  # fmt: skip
            IncidentPlace.objects.create(incident=incident)


def test_alerts_are_split_off_and_moved_out_without_a_mouse(desk: Desk) -> None:
    page, ids = desk.page, two_incidents(desk)
    desk.open(f"/incidents/{ids[2]}")
    expect(page.get_by_role("button", name="Split selected")).to_be_disabled()
    page.get_by_role("checkbox", name="Select").first.focus()
    page.keyboard.press("Space")
    desk.picture("incident-split")
    page.get_by_role("button", name="Split selected").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".member")).to_have_count(1)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator(".member")).to_have_count(2)

    page.locator(".member a").first.focus()
    page.keyboard.press("x")
    expect(page.locator(".member")).to_have_count(1)
    card = page.locator("#record")
    card.get_by_role("button", name="Undo").click()
    expect(card.get_by_text("Taken back")).to_have_count(2)
    expect(page.locator(".member")).to_have_count(2)


def test_why_opens_with_what_would_have_split_it(desk: Desk) -> None:
    page, ids = desk.page, two_incidents(desk)
    desk.open(f"/incidents/{ids[2]}")
    page.keyboard.press("w")

    expect(page.locator(".why-more[open]")).to_have_count(2)
    expect(page.locator(".turns").first).to_contain_text("it would have gone")
    desk.picture("incident-why")


def propose(desk: Desk) -> None:
    """Move an alert out of its incident, which proposes a lesson."""
    ids = two_incidents(desk)
    desk.open(f"/incidents/{ids[2]}")
    desk.page.locator(".member a").first.focus()
    desk.page.keyboard.press("x")
    expect(desk.page.locator(".member")).to_have_count(1)


def work_out(desk: Desk) -> None:
    """Do what the worker does: none runs beside this floor."""

    def look() -> None:
        with tenant_scope(desk.tenant.id):
            assert effects.look(Lesson.objects.get().pk, now=timezone.now)

    desk.floor.do(look)


def test_a_lesson_is_shown_with_its_effect_and_dismissed(chief: Desk) -> None:
    propose(chief)
    chief.open("/lessons")
    chief.page.get_by_text("being worked out").wait_for()
    chief.page.get_by_text("You alone have proposed it").wait_for()

    work_out(chief)
    chief.open("/lessons")
    chief.page.get_by_text("In the last 30 days").wait_for()
    expect(chief.page.get_by_role("button", name="Confirm")).to_have_count(0)
    chief.picture("lessons")
    chief.page.get_by_role("button", name="Dismiss").click()
    chief.page.get_by_text("Withdrawn", exact=True).wait_for()


def test_a_lesson_is_confirmed_by_a_second_person_once_its_effect_is_known(
    chief: Desk, colleague: Desk
) -> None:
    propose(chief)
    colleague.open("/lessons")
    confirm = colleague.page.get_by_role("button", name="Confirm")
    expect(confirm).to_be_disabled()

    work_out(chief)
    colleague.open("/lessons")
    colleague.page.get_by_text("In the last 30 days").wait_for()
    colleague.picture("lesson-to-confirm")
    confirm.click()

    colleague.page.get_by_text("In effect", exact=True).wait_for()
    expect(confirm).to_have_count(0)
    chief.open("/lessons")
    chief.page.get_by_text("Since it is in effect it decided 0 times").wait_for()


def test_a_merge_that_the_rules_declared_is_undone_on_its_page(desk: Desk) -> None:
    page = desk.page

    def merged_last() -> tuple[NOCIncident, NOCIncident]:
        outage(desk.tenant, (timezone.now() - flow.START).total_seconds() / 60 - LASTS)
        with tenant_scope(desk.tenant.id):
            row = Correction.objects.filter(actor_kind="system").order_by("-id")[0]
            source, target = (
                NOCIncident.objects.get(cluster_id=pk) for pk in (row.source_id, row.target_id)
            )
            return source, target

    source, target = desk.floor.do(merged_last)
    desk.open(f"/incidents/{source.pk}")
    page.get_by_role("link", name=f"Merged into INC-{target.number}").wait_for()
    card = page.locator("#record")
    expect(card.get_by_text("by the rules")).to_have_count(1)
    desk.picture("incident-merged-by-rules")
    card.get_by_role("button", name="Undo").click()

    page.get_by_text("Taken back").first.wait_for()
    expect(page.get_by_role("link", name="Merged into")).to_have_count(0)
    expect(page.locator(".member")).to_have_count(1)
    expect(page.locator(".state").first).to_have_text("New")
