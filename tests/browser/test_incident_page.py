"""The page of an incident: evidence, lanes, handing over, and a print that reads on A4."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PICTURES, Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.browser.test_detail import open_power_failure
from tests.console.making import make_site
from tests.make import NOW
from watchfloor.domain.devices.models import Device
from watchfloor.domain.video import services
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.browser


@pytest.fixture
def admin(floor: Floor, chromium: Browser):
    yield from desk_of("admin", floor, chromium)


def picture_file(folder: Path) -> Path:
    """Return a real PNG of 64 by 48, so that a browser shows it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    lines = [b"".join(bytes((4 * x, 5 * y, 120)) for x in range(64)) for y in range(48)]
    rows = b"".join(b"\x00" + line for line in lines)
    head = struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)
    file = folder / "gate.png"
    file.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return file


def test_evidence_is_kept_shown_and_taken_out_as_a_pack(admin: Desk, tmp_path: Path) -> None:
    page = open_power_failure(admin)
    see_by_key(admin)
    page.get_by_label("Pictures and clips").set_input_files(picture_file(tmp_path))
    page.get_by_label("What they show").fill("The gate <b>at night</b>")
    page.get_by_role("button", name="Keep as evidence").click()

    shown = page.get_by_role("img", name="The gate <b>at night</b>")
    expect(shown).to_be_visible()
    shown.scroll_into_view_if_needed()
    assert page.wait_for_function("document.querySelector('.attachments img').naturalWidth === 64")
    expect(page.locator("[data-in=people]", has_text="gate.png")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Evidence pack").click()
    assert download.value.suggested_filename == "INC-1-evidence.zip"
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"

    text = tmp_path / "note.jpg"
    text.write_text("<script>x</script>")
    page.get_by_label("Pictures and clips").set_input_files(text)
    page.get_by_role("button", name="Keep as evidence").click()
    expect(page.get_by_role("alert").get_by_text("no picture or clip")).to_be_visible()
    admin.complaints = [one for one in admin.complaints if "422" not in one]

    page.keyboard.press("Escape")
    admin.picture("incident-evidence")
    page.emulate_media(media="print")
    page.pdf(path=PICTURES / "incident.pdf", format="A4", print_background=True)
    page.set_viewport_size({"width": 720, "height": 1000})
    page.screenshot(path=PICTURES / "incident-print.png", full_page=True)
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("link", name="Gate <b>", exact=True)).to_be_hidden()
    expect(page.get_by_text("UPS 0 on battery").first).to_be_visible()
    page.emulate_media(media="screen")
    assert faults(page) == []


def see_by_key(admin: Desk) -> None:
    """Link a video system, of which this floor itself takes the place, and open it."""
    admin.floor.do(lambda: watch_the_gate(admin))
    page = admin.page
    page.reload()
    expect(page.get_by_role("link", name="Gate <b>", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Video")).to_have_count(1)
    with page.context.expect_page() as opened:
        page.keyboard.press("Shift+V")
    opened.value.wait_for_url("**/healthz?camera=Gate%201%26x&at=*")
    assert opened.value.evaluate("window.opener") is None
    opened.value.close()


def watch_the_gate(admin: Desk) -> None:
    site = make_site(admin.tenant, "Harbour")
    template = f"{admin.floor.url}/healthz?camera={{camera}}&at={{at}}"
    with tenant_scope(admin.tenant.id):
        services.change(template, client=None, by=SYSTEM, now=NOW)
        gate = Device.objects.create(
            code="Gate 1&x", name="Gate <b>", kind="camera", site=site, created_at=NOW
        )
        NOCAlertEvent.objects.filter(entity_id="ups-0").update(site=site, device=gate)


def test_lanes_of_the_timeline_are_put_away_and_back(desk: Desk) -> None:
    page = open_power_failure(desk)
    alerts = page.locator("[data-in=alerts]")
    expect(alerts.first).to_be_visible()

    page.get_by_role("checkbox", name="Alerts").uncheck()
    expect(alerts.first).to_be_hidden()
    page.keyboard.press("a")
    expect(page.locator("[data-in=states]", has_text="Acknowledged")).to_be_visible()
    expect(alerts.first).to_be_hidden()
    page.get_by_role("checkbox", name="Alerts").check()
    expect(alerts.first).to_be_visible()


def test_what_the_next_one_must_know_is_handed_over_by_key(desk: Desk) -> None:
    page = open_power_failure(desk)
    page.keyboard.press("h")
    page.get_by_role("textbox", name="What must the next one know?").fill("Keys are at the gate.")
    page.get_by_role("dialog").get_by_role("button", name="Hand over").click()

    expect(page.locator(".handover .said")).to_have_text("Keys are at the gate.")


def test_the_link_of_an_incident_is_copied(desk: Desk) -> None:
    page = open_power_failure(desk)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()

    expect(page.get_by_text("Link copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url.partition("?")[0]
