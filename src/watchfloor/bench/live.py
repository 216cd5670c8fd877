"""A steady minute with many pages open: how long from sending a report until each page has it."""

from __future__ import annotations

import importlib
import time
from contextlib import ExitStack
from dataclasses import dataclass

from watchfloor.aiops.types import Seconds
from watchfloor.bench.browsers import why_none
from watchfloor.bench.floors import BenchFloor, bench_floor
from watchfloor.bench.results import Row
from watchfloor.bench.steady import A_MINUTE, send_steadily
from watchfloor.bench.watching import Told, watchers

WATCHERS = 50
LAST_FRAMES: Seconds = 5.0


@dataclass(frozen=True)
class Found:
    """`page`: what one real page showed, or None where there is no browser: `why_no_page`."""

    reports: int
    sockets: int
    told: Told
    page: Told | None
    why_no_page: str


def measure() -> Found:
    with bench_floor() as floor:
        return measure_on(floor)


def measure_on(
    floor: BenchFloor, *, reports: int = A_MINUTE, watching: int = WATCHERS, real_page: bool = True
) -> Found:
    """Send at 1,000 a minute, each report about another thing so that each shows as a new row.

    One of those watching is a real page where there is a browser, all others are sockets.
    """
    key = floor.key("bench")
    why_no_page = why_none() if real_page else "none was asked for"
    with ExitStack() as opened:
        screens = []
        if not why_no_page:
            onscreen = importlib.import_module("watchfloor.bench.onscreen")
            screens = [opened.enter_context(onscreen.screen(floor))]
        sockets = opened.enter_context(watchers(floor, watching - len(screens)))
        asked = send_steadily(floor, key, reports)
        time.sleep(LAST_FRAMES)
        for screen in screens:
            screen.read()
        page = Told.of(asked, screens) if screens else None
        return Found(len(asked), len(sockets), Told.of(asked, sockets), page, why_no_page)


def rows(found: Found) -> list[Row]:
    load = f"{found.reports} reports at 1,000 a minute"
    sockets = _rows(f"{load}: from sending until the row is on each of {found.sockets} sockets",
                    "never on a socket", found.told)  # fmt: skip
    if found.page is None:
        return sockets
    page = _rows(f"{load}: from sending until the row is in a real page",
                 "never in the page", found.page)  # fmt: skip
    return page + sockets


def _rows(what: str, never: str, told: Told) -> list[Row]:
    return [
        Row(f"{what}, p95", told.text(0.95), "1 s", "300 ms", told.share(0.95) <= 1.0),
        Row("p50, p99", f"{told.text(0.5)}, {told.text(0.99)}"),
        Row(never, f"{told.missing}", "0", "0", told.missing == 0),
    ]


def notes(found: Found) -> list[str]:
    if found.page is not None:
        return ["The real page is a Chromium on the list of alerts."]
    return [f"No real page was open, as {found.why_no_page}: a socket stood in for it."]
