"""One real page: Chromium on the list of alerts, which notes when each row comes into it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Page

from watchfloor.aiops.types import Seconds
from watchfloor.bench.floors import BenchFloor
from watchfloor.bench.watching import link_of_somebody
from watchfloor.demo.pages import page_of

WATCH = """
window.seen = {};
new MutationObserver((mutations) => {
  for (const { addedNodes } of mutations) {
    for (const row of addedNodes) window.seen[row.dataset?.id] ??= performance.now();
  }
}).observe(document.getElementById("rows"), { childList: true });
"""
CLOCK_TRIALS = 20


@dataclass
class Screen:
    """`seen`: id of an alert to when its row came into the page (monotonic seconds)."""

    page: Page
    seen: dict[str, Seconds] = field(default_factory=dict)

    def read(self) -> None:
        ahead = self._clock_difference()
        noted: dict[str, float] = self.page.evaluate("window.seen")
        for row, at in noted.items():
            self.seen[row.replace("-", "")] = at / 1000 + ahead

    def _clock_difference(self) -> Seconds:
        """Return our clock less the page's, from the quickest of some questions."""
        found = []
        for _ in range(CLOCK_TRIALS):
            asked = time.monotonic()
            there = self.page.evaluate("performance.now()") / 1000
            heard = time.monotonic()
            found.append((heard - asked, (asked + heard) / 2 - there))
        return Seconds(min(found)[1])


@contextmanager
def screen(floor: BenchFloor) -> Iterator[Screen]:
    """Yield a page that shows the list live. Raises: NoBrowser."""
    with page_of(floor.url, link_of_somebody(floor)) as page:
        page.goto(f"{floor.url}/alerts")
        page.locator("#live[data-status=live]").wait_for()
        page.evaluate(WATCH)
        yield Screen(page)
