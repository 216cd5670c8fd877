"""A real Chromium before really running processes of the floor.

Playwright keeps an event loop in the test's thread, where Django's database calls are refused
then: what a test does to the database it does through `floor.do`, in a thread of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import database as test_database
from tests.make import make_tenant, make_user, signed_in, unique
from tests.processes import happens_within
from tests.running import free_port
from watchfloor.demo import pages
from watchfloor.embedded.roles import Address
from watchfloor.platform.tenancy.models import Tenant

T = TypeVar("T")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=document-user-activation-required",
    pages.WITHOUT_POPUPS,
)
PICTURES = Path(os.environ.get("WATCHFLOOR_TEST_PICTURES") or tempfile.gettempdir()) / "wf-pictures"
START_SECONDS = 30


@dataclass
class Floor:
    """Web and pipeline process on the test's own database; the address outlives a restart."""

    port: int
    environment: dict[str, str]
    thread: ThreadPoolExecutor
    blocker: DjangoDbBlocker
    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def do(self, work: Callable[[], T]) -> T:
        """Run `work` where the database may be used, and return what it returns."""

        def unblocked() -> T:
            with self.blocker.unblock():
                return work()

        return self.thread.submit(unblocked).result(60)

    def start(self, *parts: str) -> None:
        for part in parts:
            options = ("--port", str(self.port)) if part == "web" else ()
            with (self.logs / f"{part}.log").open("ab") as log:
                self.processes[part] = subprocess.Popen(
                    [sys.executable, "-m", "watchfloor.cli.main", part, *options],
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                )
        assert happens_within(self.answers, seconds=START_SECONDS), self.words_of("web")

    def stop(self, *parts: str, how: signal.Signals = signal.SIGTERM) -> None:
        for part in parts:
            self.processes[part].send_signal(how)
        for part in parts:
            self.processes.pop(part).wait(15)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).is_success
        except httpx.TransportError:
            return False

    def words_of(self, part: str) -> str:
        return (self.logs / f"{part}.log").read_text()[-3000:]


@pytest.fixture(scope="package")
def floor(
    database: Address, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Floor]:
    environment = {**os.environ, **test_database.variables(database)}
    with ThreadPoolExecutor(1) as thread:
        logs = tmp_path_factory.mktemp("floor")
        floor = Floor(free_port(), environment, thread, django_db_blocker, logs)
        floor.start("web", "pipeline")
        yield floor
        floor.stop(*floor.processes)
        floor.do(_close_connections)


def _close_connections() -> None:
    from django.db import connections  # noqa: PLC0415  settings are configured by now

    connections.close_all()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = pages.chromium()
    if path is None:
        _no_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


def _no_browser() -> None:
    said = "no Chromium is installed: `apt-get install chromium`, or set WATCHFLOOR_TEST_BROWSER"
    if os.environ.get("WATCHFLOOR_TEST_BROWSER") == "require":
        pytest.fail(said)
    pytest.skip(said)


@dataclass
class Desk:
    """One person at a browser. What the browser complains of is collected, and must be nothing."""

    floor: Floor
    page: Page
    tenant: Any
    user: Any
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} ({message.location})")

    def sign_in(self) -> None:
        cookie = self.floor.do(lambda: signed_in(self.user).cookies[settings.SESSION_COOKIE_NAME])
        self.page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": self.floor.url}]
        )
        self.open("/")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.floor.url}{path}")
        self.wait_until_live()

    def wait_until_live(self) -> None:
        self.page.locator("#live[data-status=live]").wait_for()

    def titles(self) -> list[str]:
        return self.page.locator("#rows .row-title").all_text_contents()

    def picture(self, name: str) -> None:
        """Keep how the page looks at a desk and on a phone, light and dark."""
        PICTURES.mkdir(exist_ok=True)
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            for width, height in ((1440, 900), (390, 844)):
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.screenshot(path=PICTURES / f"{name}-{width}-{theme}.png")
                assert self.overflow() <= 0, f"{name} is wider than {width} px"
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        self.page.set_viewport_size({"width": 1440, "height": 900})

    def overflow(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.fixture
def desk(floor: Floor, chromium: Browser) -> Iterator[Desk]:
    """Somebody who has signed in, in a tenant of their own."""
    yield from desk_of("operator", floor, chromium)


def desk_of(
    role: str, floor: Floor, chromium: Browser, tenant: Tenant | None = None
) -> Iterator[Desk]:
    """Yield the desk of somebody in `tenant`, or in one of their own."""
    tenant = tenant or floor.do(make_tenant)
    user = floor.do(lambda: make_user(tenant, role, email=f"{unique('mia.ito')}@example.com"))
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)
    desk = Desk(floor, context.new_page(), tenant, user)
    desk.listen()
    desk.sign_in()
    yield desk
    context.close()
    assert desk.complaints == []


def wait_for(true: Callable[[], bool], page: Page, *, seconds: float = 5) -> bool:
    """Return whether `true` comes true; the page lives on meanwhile."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        page.wait_for_timeout(20)
    return true()
