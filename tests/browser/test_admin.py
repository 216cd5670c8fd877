"""An administrator at work: people and their roles, keys, and what is shown once."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Desk, Floor, desk_of
from tests.browser.test_accessibility import faults
from tests.console.making import make_alert, make_site
from tests.make import bearer, make_key

pytestmark = pytest.mark.browser


@pytest.fixture
def chief(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    yield from desk_of("admin", floor, chromium)


def shown_once(page: Page) -> str:
    dialog = page.locator("#once-dialog[open]")
    dialog.wait_for()
    return dialog.get_by_label("Shown this once").input_value()


def test_somebody_is_invited_signs_in_is_watched_and_kept_out(
    chief: Desk, chromium: Browser
) -> None:
    page = chief.page
    chief.floor.do(lambda: make_site(chief.tenant, "Harbour"))
    chief.open("/access")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill("ana.cruz@example.com")
    page.get_by_label("Name", exact=True).fill("Ana Cruz")
    page.get_by_label("Where").select_option(label="Harbour")
    chief.picture("access-invite")
    page.get_by_role("button", name="Make the link").click()
    link = shown_once(page)
    assert "/sign-in/link/" in link
    page.get_by_role("button", name="I have it").click()

    context = chromium.new_context()
    theirs = context.new_page()
    theirs.goto(link)
    theirs.get_by_role("button").click()
    expect(page.get_by_text("Operator: Harbour")).to_be_visible()
    assert faults(page) == []
    chief.picture("access")

    page.get_by_role("link", name="Ana Cruz").click()
    page.get_by_label("Role").select_option("viewer")
    page.get_by_role("button", name="Give the role").click()
    expect(page.get_by_text("Viewer of everything", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take away viewer of everything").click()
    expect(page.get_by_text("Viewer of everything", exact=True)).to_have_count(0)
    expect(page.locator("strong", has_text="Chrome on Linux")).to_be_visible()
    assert faults(page) == []
    chief.picture("access-account")

    page.get_by_role("button", name="Disable").click()
    page.locator("dialog[open]").get_by_role("button", name="Disable").click()
    expect(page.get_by_text("disabled: cannot sign in")).to_be_visible()
    assert theirs.goto(f"{chief.floor.url}/").url.partition("?")[0].endswith("/sign-in")  # type: ignore[union-attr]
    page.get_by_role("button", name="Let in again").click()
    expect(page.get_by_text("may sign in", exact=True)).to_be_visible()
    chief.wait_until_live()
    context.close()


def test_a_refusal_is_told_in_the_dialog_it_belongs_to(chief: Desk) -> None:
    page = chief.page
    chief.open("/access")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill(chief.user.email)
    page.get_by_role("button", name="Make the link").click()
    expect(
        page.get_by_role("alert").get_by_text("A user with this address exists.")
    ).to_be_visible()
    assert "409" in chief.complaints.pop()


def test_a_key_is_made_shown_once_and_revoked(chief: Desk) -> None:
    page = chief.page
    chief.open("/keys")
    chief.picture("keys-empty")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_label("Name", exact=True).fill("cameras")
    page.get_by_text("Bounds and rate").click()
    page.get_by_label("Sites, and all below them").fill("S001, S002")
    assert faults(page) == []
    chief.picture("keys-make")
    page.get_by_role("button", name="Make the key").click()
    key = shown_once(page)
    chief.picture("keys-once")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == key
    page.keyboard.press("Escape")
    page.get_by_role("button", name="I have it").click()

    expect(page.get_by_text("sites S001, S002")).to_be_visible()
    assert key not in page.content()
    assert faults(page) == []
    chief.picture("keys")
    page.get_by_role("button", name="Revoke cameras").click()
    page.locator("dialog[open]").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Revoked")).to_be_visible()
    chief.wait_until_live()


def test_the_first_report_of_a_source_shows_by_itself(chief: Desk) -> None:
    page = chief.page
    chief.open("/sources")
    expect(page.get_by_text("No source yet.")).to_be_visible()
    key = chief.floor.do(lambda: make_key(chief.tenant))
    page.reload()
    expect(page.get_by_text("Waiting for the first report")).to_be_visible()
    chief.wait_until_live()

    told = page.get_by_role("region", name="For Your own program, or curl").inner_text()
    assert f"curl {chief.floor.url}/api/v1/alerts" in told
    [_, _, body] = told.replace("Bearer KEY", "").split("'", 2)
    sent = httpx.post(
        f"{chief.floor.url}/api/v1/alerts",
        content=body[body.index("{") : body.rindex("}") + 1],
        headers=bearer(key),
    )
    assert sent.status_code == 202

    expect(page.get_by_text("1 report", exact=True)).to_be_visible(timeout=20_000)
    assert faults(page) == []
    chief.picture("sources")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("summary", has_text="Grafana").click()
    page.get_by_role("button", name="Copy Grafana").click()
    expect(page.get_by_text("Copied: Grafana")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"{chief.floor.url}/ingest/grafana" in copied

    page.get_by_role("button", name="When silent…").click()
    page.get_by_label("after a fixed time").check()
    page.get_by_label("Minutes without a report").fill("45")
    assert faults(page) == []
    chief.picture("sources-silence")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_text("45 min, as was set")).to_be_visible()
    link_the_video_system(chief)
    chief.wait_until_live()


def link_the_video_system(chief: Desk) -> None:
    page = chief.page
    page.get_by_role("button", name="Link the video system").click()
    page.get_by_label("Address", exact=True).fill("https://{camera}.example/live")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("no placeholder")).to_be_visible()
    assert "422" in chief.complaints.pop()
    assert faults(page) == []
    chief.picture("sources-video")
    page.get_by_label("Address", exact=True).fill("https://vms.example/live?camera={camera}")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_text("All clients: https://vms.example")).to_be_visible()
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("Nothing is linked yet.")).to_be_visible()


def test_a_window_and_a_silence_say_before_what_they_would_keep_quiet(chief: Desk) -> None:
    page = chief.page

    def alerts() -> None:
        site = make_site(chief.tenant, "Harbour")
        for number in range(12):
            make_alert(chief.tenant, f"Pump {number} stopped", site=site, client_id=site.client_id)
        make_alert(chief.tenant, "Help", site=site, client_id=site.client_id, alert_type="PANIC")
        make_alert(chief.tenant, "Light out", alert_type="LIGHT_OUT")

    chief.floor.do(alerts)
    chief.open("/quiet")
    page.get_by_role("button", name="Declare a window").click()
    page.get_by_label("What work").fill("Pumps are cleaned")
    page.get_by_label("Where").select_option(label="Harbour")
    told = page.locator("#declare [data-number]")
    expect(told).to_contain_text("12 of 14 alerts that fire would be kept quiet. 1 more matches")
    assert page.locator("#declare [data-preview] li").count() == 10
    assert faults(page) == []
    chief.picture("quiet-declare")
    page.get_by_role("button", name="Declare", exact=True).click()
    expect(page.get_by_text("Pumps are cleaned").first).to_be_visible()
    expect(page.get_by_text("Holds", exact=True)).to_be_visible()
    assert faults(page) == []
    chief.picture("quiet")

    page.get_by_role("button", name="Silence something").click()
    page.get_by_label("Type", exact=True).fill("LIGHT_*")
    page.get_by_label("Why").fill("Bulbs are on order")
    expect(page.locator("#silence [data-number]")).to_contain_text("1 of 14")
    chief.picture("quiet-silence")
    page.get_by_role("button", name="Silence", exact=True).click()
    expect(page.get_by_text("Type is like LIGHT_*")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("Nothing is silenced.")).to_be_visible()
    page.get_by_role("button", name="End Pumps are cleaned").click()
    page.locator("dialog[open]").get_by_role("button", name="End").click()
    expect(page.get_by_text("None is declared.")).to_be_visible()
    chief.wait_until_live()


def test_the_audit_log_is_read_narrowed_and_verified(chief: Desk) -> None:
    page = chief.page
    chief.floor.do(lambda: make_key(chief.tenant))
    chief.open("/audit")
    page.get_by_role("button", name="Verify the chain").click()
    expect(page.get_by_text("The chain is whole")).to_be_visible()
    page.locator(".acts-log summary").first.click()
    assert faults(page) == []
    chief.picture("audit")
    page.get_by_role("link", name="key.created").click()
    expect(page.locator(".acts-log tbody tr")).to_have_count(1)
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV").click()
    lines = file.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line.count("key.created") for line in lines] == [0, 1]
    chief.wait_until_live()


def test_a_rule_is_set_tested_and_removed(chief: Desk) -> None:
    page = chief.page
    chief.open("/telling")
    page.get_by_role("button", name="Set a rule").click()
    page.get_by_label("To", exact=True).fill("nobody")
    page.get_by_role("button", name="Set the rule").click()
    expect(page.get_by_role("alert").get_by_text("nobody is not an e-mail address")).to_be_visible()
    assert "422" in chief.complaints.pop()
    page.get_by_label("To", exact=True).fill("desk@example.com")
    chief.picture("telling-rule")
    page.get_by_role("button", name="Set the rule").click()
    expect(page.locator("li strong", has_text="desk@example.com")).to_be_visible()

    page.get_by_role("button", name="Set a rule").click()
    page.get_by_label("By", exact=True).select_option("webhook")
    page.get_by_label("To", exact=True).fill("https://receiver.example/hook")
    page.get_by_role("button", name="Set the rule").click()
    secret = shown_once(page)
    assert secret.startswith("whsec_")
    page.get_by_role("button", name="I have it").click()
    expect(page.locator("li strong", has_text="receiver.example")).to_be_visible()
    assert secret not in page.content()

    page.get_by_role("button", name="Send a test to desk@example.com").click()
    expect(page.locator("#deliveries").get_by_text("Test", exact=True)).to_be_visible()
    page.get_by_role("button", name="Add a heartbeat").click()
    page.get_by_label("Address to call").fill("https://watcher.example/beat")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Not called yet")).to_be_visible()
    assert faults(page) == []
    chief.picture("telling")
    page.get_by_role("button", name="Remove the rule of desk@example.com").click()
    page.locator("dialog[open]").get_by_role("button", name="Remove").click()
    expect(page.locator("li strong", has_text="desk@example.com")).to_have_count(0)
    chief.wait_until_live()
