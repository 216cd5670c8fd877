"""How soon the first page is there on a slow machine that has never seen it, and what it weighs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Page

from watchfloor.bench.console.waiting import LOOK_EVERY_MS, awaited
from watchfloor.bench.results import Row

TRIALS = 5
SLOWER = 4
SETTLED_MS = 1500.0
NOTE_PAINTS = """
window.painted = {};
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.painted[one.name || one.entryType] = one.startTime;
}).observe({ type: "paint", buffered: true });
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.painted.largest = one.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
"""
ARE_PAINTS_NOTED = "() => painted['first-contentful-paint'] && painted.largest"
WEIGH = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => /\\.(js|css)$/.test(new URL(name).pathname))
  .map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize])"""
Weights = dict[str, int]


@dataclass(frozen=True)
class Found:
    """Milliseconds of each trial; `weights`: bytes, as sent, of each script and stylesheet."""

    first: list[float]
    largest: list[float]
    weights: Weights


def measure(page: Page, url: str, *, trials: int = TRIALS) -> Found:
    """Open the first page as whoever `page` is signed in as, each time with nothing kept."""
    first, largest, weights = [], [], Weights()
    for _ in range(trials):
        with _stranger(page) as fresh:
            with awaited("the first page to be live and painted"):
                fresh.goto(url)
                fresh.locator("#live[data-status=live]").wait_for()
                fresh.wait_for_timeout(SETTLED_MS)
                fresh.wait_for_function(ARE_PAINTS_NOTED, polling=LOOK_EVERY_MS)
            painted = fresh.evaluate("window.painted")
            first.append(painted["first-contentful-paint"])
            largest.append(painted["largest"])
            weights = weights_of(fresh)
    return Found(first, largest, weights)


@contextmanager
def _stranger(page: Page) -> Iterator[Page]:
    """Yield a page of the same person in a browser that is slow and has nothing in its cache."""
    browser = page.context.browser
    if browser is None:
        raise RuntimeError("the page has lost its browser")
    context = browser.new_context(storage_state=page.context.storage_state())
    context.add_init_script(NOTE_PAINTS)
    fresh = context.new_page()
    throttle = context.new_cdp_session(fresh)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield fresh
    context.close()


def weights_of(page: Page) -> Weights:
    return dict(page.evaluate(WEIGH))


def rows(found: Found) -> list[Row]:
    weight = sum(found.weights.values()) / 1000
    return [
        _row(f"first page, cold, processor slowed {SLOWER} times: first contentful paint",
             found.first, 1500, 800),
        _row("largest contentful paint", found.largest, 2500, 1200),
        Row("its scripts and stylesheets, as sent (gzip)",
            f"{weight:.0f} kB in {len(found.weights)} files", "200 kB", "120 kB", weight <= 200),
    ]  # fmt: skip


def _row(what: str, trials: list[float], least: float, aim: float) -> Row:
    middle = median(trials)
    told = f"{middle:,.0f} ms (slowest of {len(trials)}: {max(trials):,.0f} ms)"
    return Row(what, told, f"{least / 1000:.1f} s", f"{aim / 1000:.1f} s", middle <= least)
