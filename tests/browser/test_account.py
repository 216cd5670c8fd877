"""One's own account in a browser: an app for codes, and a PIN with which colleagues switch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_accessibility import faults
from tests.make import make_user, unique
from watchfloor.platform.accounts import totp

pytestmark = pytest.mark.browser


def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.floor.url}/account")
    page.locator("#codes-current").fill("pw")
    page.get_by_role("button", name="Set codes up").click()
    secret = page.locator("code").inner_text().replace(" ", "")
    assert faults(page) == []
    desk.picture("account-set-up-codes")

    page.get_by_label("Code", exact=True).fill(totp.code_at(secret, timezone.now()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    assert faults(page) == []
    desk.picture("account-recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()
    assert faults(page) == []
    desk.picture("account")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail").fill(desk.user.email)
    page.get_by_label("Password").fill("pw")
    page.keyboard.press("Enter")
    code = page.get_by_label("Code that your app shows")
    expect(code).to_be_focused()
    assert faults(page) == []
    desk.picture("sign-in-code")
    code.fill(totp.code_at(secret, timezone.now() + timedelta(seconds=totp.STEP_SECONDS)))
    page.keyboard.press("Enter")
    desk.wait_until_live()


def test_colleagues_at_one_browser_switch_by_pin_and_the_page_stays(desk: Desk) -> None:
    page = desk.page
    email = f"{unique('leo')}@example.com"
    desk.floor.do(lambda: make_user(desk.tenant, "supervisor", email=email))
    page.goto(f"{desk.floor.url}/account")
    page.locator("#pin-current").fill("pw")
    page.get_by_label("New PIN").fill("804193")
    page.get_by_role("button", name="Set PIN").click()
    expect(page.get_by_role("button", name="Drop PIN")).to_be_visible()
    desk.open("/alerts?q=door")

    page.keyboard.press("Shift+U")
    expect(page.get_by_text("Nobody else has signed in here")).to_be_visible()
    page.get_by_role("link", name="Somebody else signs in").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("pw")
    page.keyboard.press("Enter")
    desk.wait_until_live()
    assert page.url.endswith("/alerts?q=door")

    page.keyboard.press("Shift+U")
    expect(page.get_by_label("PIN")).to_be_focused()
    assert faults(page) == []
    desk.picture("switch")
    page.keyboard.type("804193")
    page.keyboard.press("Enter")
    desk.wait_until_live()
    assert page.url.endswith("/alerts?q=door")
    page.locator("details.menu summary").click()
    expect(page.locator("details.menu strong")).to_have_text("operator")
    expect(page.get_by_text("Switched by PIN: no administration")).to_be_visible()
    assert faults(page) == []
