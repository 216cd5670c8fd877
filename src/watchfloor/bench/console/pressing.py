"""From a key to what it changes on the screen, and until the floor has confirmed it."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page

from watchfloor.bench.console.waiting import awaited
from watchfloor.bench.results import Row

PRESSES = 50
WATCH_KEYS = """() => {
  window.presses = { moved: [], changed: [], confirmed: [], slowest: 0 };
  let pressed = 0, moving = 0, changing = 0;
  const channel = new MessageChannel();
  const waiting = [];
  // A message that is posted while a frame is drawn comes when it has been handed over.
  channel.port1.onmessage = () => waiting.splice(0).forEach((done) => done(performance.now()));
  const handedOver = (done) => {
    waiting.push(done);
    channel.port2.postMessage(0);
  };
  const rows = document.getElementById("rows");
  addEventListener("keydown", ({ key, timeStamp }) => {
    if (key === "j") moving = timeStamp;
    if (key === "a") pressed = changing = timeStamp;
  }, true);
  rows.addEventListener("focusin", () => {
    const began = moving;
    moving = 0;
    if (!began) return;
    requestAnimationFrame(() => handedOver((now) => presses.moved.push(now - began)));
  });
  new MutationObserver((changes) => {
    if (!changing || !changes.some(({ target }) => target.dataset.state === "ACKNOWLEDGED")) return;
    const began = changing;
    changing = 0;
    handedOver((now) => presses.changed.push(now - began));
  }).observe(rows, { subtree: true, attributeFilter: ["data-state"] });
  new MutationObserver(() => {
    if (pressed) presses.confirmed.push(performance.now() - pressed);
    pressed = 0;
  }).observe(document.getElementById("toasts"), { childList: true });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      if (one.interactionId) presses.slowest = Math.max(presses.slowest, one.duration);
    }
  }).observe({ type: "event", durationThreshold: 16 });
}"""


@dataclass(frozen=True)
class Found:
    """Milliseconds of each press: `j` to the next row, `a` to the acknowledged one, and the floor's
    word for it. `slowest`: of all interactions, by the browser's own count (INP)."""

    moved: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    confirmed: list[float] = field(default_factory=list)
    slowest: float = 0.0


def measure(page: Page, *, presses: int = PRESSES) -> Found:
    """Go down the open list of alerts by key, and acknowledge each."""
    page.evaluate(WATCH_KEYS)
    page.mouse.move(0, 0)
    for number in range(1, presses + 1):
        with awaited(f"the row that press {number} of j moves to"):
            page.keyboard.press("j")
            page.wait_for_function("(number) => presses.moved.length === number", arg=number)
        with awaited(f"the floor's word for press {number} of a"):
            page.keyboard.press("a")
            page.wait_for_function("(number) => presses.confirmed.length === number", arg=number)
    return Found(**page.evaluate("window.presses"))


def rows(found: Found) -> list[Row]:
    presses = f"{len(found.changed)} presses on that list"
    return [
        _row(f"{presses}: j to the next row on the screen, p95", found.moved, 50, 16),
        _row("a to the acknowledged row on the screen, p95", found.changed, 50, 16),
        _row("a to confirmed by the floor, p95", found.confirmed, 500, 150),
        Row("slowest interaction", f"{found.slowest:.0f} ms", "200 ms", "100 ms",
            found.slowest <= 200),
    ]  # fmt: skip


def _row(what: str, took: list[float], least: float, aim: float) -> Row:
    ordered = sorted(took)
    reached = ordered[int(len(ordered) * 0.95)] if ordered else float("inf")
    return Row(what, f"{reached:.0f} ms", f"{least} ms", f"{aim} ms", reached <= least)
