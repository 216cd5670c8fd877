"""The moments as a person sees them: the pages in a real Chromium. Needs the test extras."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, TimeoutError, sync_playwright

from watchfloor.demo.moments import Sight

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# The address bar of each window renders two pages of the browser's own, which take more processor
# time than ours. What comes first repeats Playwright's list, which this option replaces.
WITHOUT_POPUPS = "--disable-features=" + ",".join([
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
])  # fmt: skip
LIST = "/?state=all"
MEMBER = "[data-part=members] li.member"
WHY, WHY_MORE = ".why", ".why-more"
TAKEN_BACK = "Taken back"
LEAST_MEMBERS = 20
PATIENCE_MS = 10_000


class NoBrowser(Exception):
    """No Chromium is installed."""


def look_at_pages(url: str, link: str, sight: Sight) -> dict[str, str]:
    """Return what is wrong with each moment on the page; nothing where all is well."""
    with page_of(url, link) as page:
        return {
            "calm": _calm(page, url),
            "storm": _storm(page, url, sight),
            "panic": _panic(page, url, sight),
            "explained": _explained(page, url, sight),
            "stray": _stray(page, url, sight),
        }


def _calm(page: Page, url: str) -> str:
    page.goto(url + LIST)
    rows = page.locator("li.row[data-id]:visible").count()
    return "" if rows >= 3 else f"the list shows {rows} rows"


def _storm(page: Page, url: str, sight: Sight) -> str:
    rows = sight.storm_rows()
    if not rows:
        return "there is no row of the power cut"
    page.goto(url + LIST)
    row = page.locator(f"li.row[data-id='{rows[0]['id']}']")
    if row.count() != 1:
        return f"the power cut has {row.count()} rows in the list"
    shown = row.locator("[data-slot=count]").inner_text()
    wanted = f"{rows[0]['alert_count']} alerts"
    return "" if shown == wanted else f"its row says {shown!r}, wanted {wanted!r}"


def _panic(page: Page, url: str, sight: Sight) -> str:
    calls = sight.calls_for_help()
    if len(calls) != 1:
        return f"{len(calls)} calls for help, wanted one"
    [call] = calls
    if call["state"] in ("RESOLVED", "CLOSED"):
        return ""
    page.goto(url)
    first = page.locator("li.row[data-id]:visible").first
    if first.get_attribute("data-id") != call["id"]:
        return "something else is the first row"
    return "" if first.get_attribute("data-panic") is not None else "it is not marked as a panic"


def _explained(page: Page, url: str, sight: Sight) -> str:
    rows = sight.storm_rows()
    if not rows:
        return "there is no row of the power cut"
    page.goto(f"{url}/incidents/{rows[0]['id']}")
    members = page.locator(MEMBER).count()
    silent = members - page.locator(f"{MEMBER}:has({WHY})").count()
    if members < LEAST_MEMBERS:
        return f"the page shows {members} alerts"
    return f"{silent} alerts do not say why they are here" if silent else ""


def _stray(page: Page, url: str, sight: Sight) -> str:
    """Do what an operator does who doubts a member: `w` says why, `x` moves it out, `u` undoes."""
    camera = sight.covered_camera()
    if camera is None:
        return "there is no covered camera"
    page.goto(f"{url}/incidents/{camera['incident_id']}")
    member = page.locator(f"{MEMBER}[data-alert='{camera['id']}']")
    if member.count() != 1:
        return "its incident does not show the covered camera"
    if page.locator(MEMBER).count() == 1:
        return ""  # somebody has moved it out already
    try:
        correct(page, member)
    except TimeoutError as error:
        return f"w, x and u did not do their work: {error.message.splitlines()[0]}"
    return ""


def correct(page: Page, member: Locator) -> None:
    """Ask why, move out, undo. Raises: playwright's TimeoutError where the page does not follow."""
    member.get_by_role("link").first.focus()
    page.keyboard.press("w")
    member.locator(f"{WHY_MORE}[open]").wait_for()
    page.keyboard.press("x")
    member.wait_for(state="detached")
    page.keyboard.press("u")
    page.get_by_text(TAKEN_BACK).first.wait_for()
    member.wait_for()


def chromium() -> Path | None:
    """Return the system's Chromium, or else the one that Playwright has installed."""
    if path := next(filter(None, map(shutil.which, CHROMIUM)), None):
        return Path(path)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


@contextmanager
def page_of(url: str, link: str) -> Iterator[Page]:
    """Yield the page of somebody who has signed in by one-time link. Raises: NoBrowser."""
    path = chromium()
    if path is None:
        raise NoBrowser("no Chromium is installed: install Debian's package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", WITHOUT_POPUPS]
        )
        page = browser.new_context().new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url + link)
        page.click("form button[type=submit]")
        page.wait_for_url(lambda address: "/sign-in" not in address)
        yield page
        browser.close()
