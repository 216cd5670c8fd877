"""A site is watched, its days are compared, the figures follow live, and the watch ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.console.making import make_site
from tests.noc import flow, storm
from watchfloor.noc.alerts.models import NOCAlertEvent, SeverityLevel
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.integrations import services as telling
from watchfloor.noc.integrations.models import ChannelKind, Delivery
from watchfloor.noc.rehearsal import running
from watchfloor.noc.rehearsal.models import Rehearsal
from watchfloor.noc.watching import services, tasks
from watchfloor.noc.watching.models import Watch
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser


@pytest.fixture
def chief(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def two_days_of_watching(desk: Desk) -> None:
    """Leave a night of reports behind under a watch, with what the present system did of it.

    It lies within one day, whatever the time is now: what is looked for stands on that day's page.
    """

    def work() -> None:
        midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        began = midnight - timedelta(hours=46)
        later = (began - flow.START).total_seconds()
        night = [
            msgspec.structs.replace(
                report,
                received_at=report.received_at + later,
                timestamp=(report.timestamp or report.received_at) + later,
            )
            for report in storm.night(300)
        ]
        for start in range(0, len(night), 100):
            flow.work(desk.tenant, *night[start : start + 100])
        with tenant_scope(desk.tenant.id):
            Watch.objects.update(started_at=began - timedelta(hours=1))
            hushed = NOCAlertEvent.objects.filter(cluster_id__isnull=False)[20]
            NOCAlertEvent.objects.filter(pk=hushed.pk).update(suppressed_by="transient:x")
            NOCIncident.objects.filter(cluster_id=hushed.cluster_id).update(is_listed=False)
            acts = []
            for number, report in enumerate(night):
                named = {"alert_id": report.sender_id, "operator": f"desk {number % 3}"}
                at = (report.timestamp or 0.0) + 2
                acts.append({"time": str(at), "kind": "opened", **named})
                if number % 3:
                    acts.append({"time": str(at + 90 * (number % 7)), "kind": "ack", **named})
            services.import_acts(acts, by=SYSTEM, now=timezone.now())
            tasks.compare_days(timezone.now())

    desk.floor.do(work)


def rule(desk: Desk) -> None:
    def work() -> None:
        with tenant_scope(desk.tenant.id):
            telling.set_rule(
                severity=SeverityLevel.HIGH,
                channel=ChannelKind.EMAIL,
                target="desk@example.com",
                by=SYSTEM,
                now=timezone.now(),
            )

    desk.floor.do(work)


def alarm(desk: Desk, **changes: object) -> None:
    moment = timezone.now().timestamp()
    report = flow.make_report(0, received_at=moment, timestamp=moment, **changes)
    desk.floor.do(lambda: flow.work(desk.tenant, report, minute=None))


def states(desk: Desk) -> list[str]:
    def read() -> list[str]:
        with tenant_scope(desk.tenant.id):
            return list(Delivery.objects.order_by("created_at").values_list("state", flat=True))

    return desk.floor.do(read)


def test_a_place_is_watched_compared_and_let_go(chief: Desk) -> None:
    page = chief.page
    chief.floor.do(lambda: make_site(chief.tenant))
    rule(chief)
    chief.open("/watching")
    page.get_by_label("Desks of the present system").fill("3")
    page.get_by_label("Note").fill("two weeks beside the old console")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("dialog").get_by_role("button", name="Watch").click()
    page.get_by_text("Watched: everything").wait_for()

    two_days_of_watching(chief)
    chief.open("/watching")
    chief.picture("watching")
    page.locator(".day-list a").last.click()
    page.get_by_role("heading", name="Found earlier", exact=True).first.wait_for()
    expect(page.get_by_text("its like pass by themselves").first).to_be_attached()
    chief.picture("watching-day")
    day_is_rehearsed(chief)

    chief.open("/")
    page.locator("[data-kpi=load]").wait_for()
    alerts = page.locator("[data-figure=alerts]")
    before = int(alerts.text_content() or "")
    alarm(chief, alert_type="POWER_LOSS", device="ups-9", site="S9")
    page.locator(".row", has_text="Watched").first.wait_for()
    expect(alerts).to_have_text(str(before + 1), timeout=15_000)
    assert states(chief)[-1] == "withheld"
    chief.picture("floor-watched")

    chief.open("/watching")
    page.get_by_role("button", name="End").click()
    page.get_by_role("dialog").get_by_role("button", name="End").click()
    page.get_by_text("Nothing: messages leave").wait_for()
    assert states(chief)[-1] != "withheld"
    expect(page.get_by_text("Watched: everything")).to_have_count(0)
    expect(with_baseline(chief).get_by_role("heading", name="Watch mode and now")).to_be_visible()
    chief.picture("watching-over")


def day_is_rehearsed(desk: Desk) -> None:
    """Follow the newest day's rehearsal, which was asked for by itself; ask for it anew by hand."""
    page = desk.page
    desk.open("/watching")
    newest = page.locator(".day-list a").first.get_attribute("href") or ""
    desk.open(newest)
    page.get_by_text("Under way.").wait_for()

    def call_off() -> None:
        with tenant_scope(desk.tenant.id):
            Rehearsal.objects.update(state="cancelled")

    def work() -> None:
        with tenant_scope(desk.tenant.id):
            assert running.run(Rehearsal.objects.get(state="queued").pk, now=timezone.now)

    desk.floor.do(call_off)
    desk.open(newest)
    page.get_by_role("button", name="Rehearse this day").click()
    page.get_by_role("heading", name="Under way").wait_for()
    desk.floor.do(work)
    desk.open(newest)
    page.get_by_text("Plain de-duplication would have shown").wait_for()
    desk.picture("watching-day-rehearsed")
    page.get_by_role("link", name="Open the rehearsal").click()
    page.get_by_role("heading", name="Side by side").wait_for()
    desk.wait_until_live()


def with_baseline(desk: Desk):
    """Return the page once the figures of the watch were recorded, which the relay does."""
    for _ in range(20):
        desk.open("/watching")
        if desk.page.locator("#compared").count():
            break
        desk.page.wait_for_timeout(250)
    return desk.page


def test_an_open_page_says_at_once_that_nothing_leaves(chief: Desk) -> None:
    chief.open("/")

    def start() -> None:
        with tenant_scope(chief.tenant.id):
            services.start(scope=EVERYTHING, by=SYSTEM, now=timezone.now())

    chief.floor.do(start)
    chief.page.get_by_text("Watched: everything").wait_for()

    chief.page.set_viewport_size({"width": 390, "height": 844})
    chief.open("/watching")
    end = chief.page.get_by_role("button", name="End").bounding_box()
    assert end
    assert end["x"] + end["width"] <= 390, "on a phone its end would lie beside the screen"


def test_desks_and_the_zone_of_days_are_set_and_nonsense_is_told(chief: Desk) -> None:
    page = chief.page
    chief.open("/watching")
    desks, zone = page.get_by_label("Desks here, at least"), page.get_by_label("Time zone of days")
    desks.fill("4")
    zone.fill("Lisbon")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("use a name such as 'Europe/London'").first.wait_for()
    chief.complaints.clear()  # a browser reports each refusal; this one was to be seen

    zone.fill("Europe/Lisbon")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()

    expect(zone).to_have_value("Europe/Lisbon")
    expect(desks).to_have_value("4")
    chief.wait_until_live()
