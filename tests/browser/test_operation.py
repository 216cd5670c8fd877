"""A register by keyboard: a table tried and imported, a row refused, mended, saved and retired.

Then a calendar of shifts by the same form, and a report that the site owes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.console.making import make_site
from watchfloor.aiops.calendars.periods import Every
from watchfloor.domain.filings.models import RequiredReport
from watchfloor.domain.org.models import Site
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.sensing.reactive.drain import EventDrain

pytestmark = pytest.mark.browser


@pytest.fixture
def chief(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def night_shift(site: Site) -> FilePayload:
    """A shift of tonight, as a calendar."""
    tonight = timezone.now().strftime("%Y%m%dT22")
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//roster//EN", "BEGIN:VEVENT", "UID:night",
        f"DTSTART:{tonight}0000", f"DTEND:{tonight}5900", f"LOCATION:{site.code}", "X-REQUIRED:1",
        "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return {"name": "night.ics", "mimeType": "text/calendar", "buffer": "\n".join(lines).encode()}


def owe(site: Site) -> None:
    """Let the site owe a drill of each month, the last one included."""
    with tenant_scope(site.tenant_id):
        since = timezone.now() - timedelta(days=99)
        RequiredReport.objects.create(
            site=site, report="fire-drill", every=Every.MONTH, created_at=since
        )


def test_posts_and_rosters_are_imported_posts_written_and_retired(
    chief: Desk, floor: Floor
) -> None:
    page, site = chief.page, floor.do(lambda: make_site(chief.tenant))
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.get_by_role("link", name="Posts").click()
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    table = f"code,name,site,kind,required_guards\ngate,Main gate,{site.code},GATE,2\n"
    file = {"name": "posts.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.get_by_label("Table").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#import-said")).to_contain_text("1 would be created")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)

    page.get_by_role("link", name="New post").click()
    page.get_by_label("Code", exact=True).fill("vault")
    page.get_by_label("Site", exact=True).fill("nowhere")
    page.get_by_label("Kind").select_option("Vault")
    page.get_by_label("Armed").check()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="nowhere")).to_be_visible()
    assert "422" in chief.complaints.pop()
    chief.picture("operation-row")
    assert faults(page) == []
    page.get_by_label("Site", exact=True).fill(site.code)
    page.keyboard.press("Enter")
    expect(page.locator("#rows tbody tr")).to_have_count(2)
    chief.wait_until_live()
    chief.picture("operation-list")

    page.get_by_role("link", name="vault").click()
    page.get_by_role("button", name="Retire…").click()
    page.get_by_role("dialog").get_by_role("button", name="Retire").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    chief.open("/operation")
    chief.picture("operation")
    page.get_by_role("link", name="Shifts", exact=True).click()
    page.get_by_label("Table or calendar").set_input_files(night_shift(site))
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#import-said")).to_contain_text("1 would be created")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#import-said")).to_contain_text("1 created")
    expect(page.locator("#import-said")).to_contain_text("They stand here in a moment")

    floor.do(lambda: owe(site))
    chief.open("/operation/required-reports")
    page.get_by_role("link", name="Hand in").click()
    page.get_by_role("link", name="fire-drill").click()
    page.get_by_label("Number or remark").fill("drill 7")
    assert faults(page) == []
    chief.picture("hand-in")
    with page.expect_response("**/filings/hand-in"):
        page.get_by_role("button", name="Hand in").click()
    floor.do(lambda: EventDrain()._work(chief.tenant.id, timezone.now()))
    expect(page.locator("#rows tbody tr")).to_contain_text("drill 7")
