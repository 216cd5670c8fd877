"""Ten thousand open alerts in one list: first rows, rows in the document, memory."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Page

from watchfloor.bench.console.heap import Heap
from watchfloor.bench.console.waiting import LOOK_EVERY_MS, PATIENCE_MS, awaited, outcome_of
from watchfloor.bench.results import Row

ALERTS = 10_000
TRIALS = 5
READING_MS = 600_000.0
NOTE_FIRST_ROW = """
const look = () => {
  if (document.querySelector("#rows > .row")) window.firstRow = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
# Through the whole list, screen by screen: the most rows that were in the document at once, and
# which alert stood at which place.
READ_LIST = """async () => {
  const frame = () => new Promise((done, fail) => {
    setTimeout(fail, 30_000, new Error("the browser drew nothing for 30 s"));
    requestAnimationFrame(() => requestAnimationFrame(done));
  });
  const places = {};
  let most = 0;
  document.activeElement?.blur();
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    await frame();
    const rows = document.querySelectorAll("#rows > .row");
    most = Math.max(most, rows.length);
    for (const row of rows) places[row.ariaPosInSet] = row.dataset.id.replaceAll("-", "");
  }
  scrollTo(0, 0);
  await frame();
  return { most, ids: Object.values(places) };
}"""


@dataclass(frozen=True)
class Found:
    """`first_rows`: milliseconds until rows could be seen. Megabytes: `used`, with rubbish."""

    first_rows: list[float]
    listed: int
    drawn: int
    held: float
    used: float


def measure(page: Page, url: str, *, alerts: int = ALERTS, trials: int = TRIALS) -> Found:
    page.add_init_script(NOTE_FIRST_ROW)
    first_rows = []
    for _ in range(trials):
        open_list(page, url, alerts)
        with awaited("the first row of the list"):
            drawn_at = page.wait_for_function("() => window.firstRow", polling=LOOK_EVERY_MS)
        first_rows.append(drawn_at.json_value())
    heap = Heap.of(page)
    used, held = heap.used(), heap.held()
    drawn, ids = read_list(page)
    return Found(first_rows, len(set(ids)), drawn, held, used)


def open_list(page: Page, url: str, alerts: int) -> None:
    """Open the list and wait until all of it is there."""
    with awaited(f"a live list of {alerts:,} alerts"):
        page.goto(f"{url}/alerts")
        page.locator("#live[data-status=live]").wait_for(timeout=PATIENCE_MS)
        wait_for_rows(page, alerts)


def wait_for_rows(page: Page, count: int, *, patience: float = PATIENCE_MS) -> None:
    """Raises: playwright's TimeoutError where the list stays shorter than that."""
    told = "(count) => parseInt(/\\d+/.exec(document.getElementById('count').textContent)) >= count"
    page.wait_for_function(told, arg=count, timeout=patience)


def read_list(page: Page) -> tuple[int, list[str]]:
    """Return the most rows that were drawn at once, and the alert at each place of the list."""
    found = outcome_of(page, READ_LIST, what="the end of the list", patience=READING_MS)
    return found["most"], found["ids"]


def rows(found: Found) -> list[Row]:
    middle, slowest = median(found.first_rows), max(found.first_rows)
    what = f"{found.listed:,} open alerts in the list"
    return [
        Row(f"{what}: first rows",
            f"{middle:,.0f} ms (slowest of {len(found.first_rows)}: {slowest:,.0f} ms)",
            "1 s", "300 ms", middle <= 1000),
        Row("rows in the document at once, at most", f"{found.drawn}", "80", "60",
            found.drawn <= 80),
        Row("heap, with what is not let go of yet", f"{found.held:.0f} MB, {found.used:.0f} MB",
            "150 MB", "80 MB", found.used <= 150),
    ]  # fmt: skip
