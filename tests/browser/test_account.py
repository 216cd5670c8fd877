"""One's own account in a browser: an app for codes, and signing in with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.browser.test_accessibility import faults
from watchfloor.platform.accounts import totp

pytestmark = pytest.mark.browser


def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.floor.url}/account")
    page.get_by_label("Current password").last.fill("pw")
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
