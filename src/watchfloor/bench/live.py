"""A steady minute with many pages open: how long from sending a report until each page has it."""

from __future__ import annotations

import importlib
import importlib.util
import json
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from secrets import token_hex

from watchfloor.aiops.types import Seconds
from watchfloor.bench import sending, streams
from watchfloor.bench.floors import BenchFloor, NotMeasured, bench_floor
from watchfloor.bench.results import Row
from watchfloor.bench.watching import Told, watchers

A_MINUTE = 1000
WATCHERS = 20
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
    why_no_page = _why_no_page() if real_page else "none was asked for"
    with ExitStack() as opened:
        screens = []
        if not why_no_page:
            onscreen = importlib.import_module("watchfloor.bench.onscreen")
            screens = [opened.enter_context(onscreen.screen(floor))]
        sockets = opened.enter_context(watchers(floor, watching - len(screens)))
        asked = _send_steadily(floor, key, reports)
        time.sleep(LAST_FRAMES)
        for screen in screens:
            screen.read()
        page = Told.of(asked, screens) if screens else None
        return Found(len(asked), len(sockets), Told.of(asked, sockets), page, why_no_page)


def _why_no_page() -> str:
    """Return what a real page lacks on this machine; nothing where it can be had."""
    if importlib.util.find_spec("playwright") is None:
        return "the test extras are not installed"
    has_browser: bool = importlib.import_module("watchfloor.demo.pages").chromium() is not None
    return "" if has_browser else "no Chromium is installed"


def _send_steadily(floor: BenchFloor, key: str, reports: int) -> dict[str, float]:
    """Return event id to when it was sent (monotonic seconds)."""
    asked: dict[str, float] = {}
    began, headers = time.monotonic(), sending.bearer(key)
    run = token_hex(4)  # with its id, a report of an earlier run would only be a repeat
    with closing(sending.Connection(floor.url)) as line:
        for number, report in enumerate(streams.made(reports, seed=5)):
            time.sleep(max(0.0, began + number * 60 / A_MINUTE - time.monotonic()))
            report |= {"entity_id": f"thing-{run}-{number}", "device": "", "status": "firing"}
            del report["timestamp"], report["id"]
            sent = time.monotonic()
            status, answer = line.post("/api/v1/alerts", json.dumps(report).encode(), headers)
            if status != 202:
                raise NotMeasured(f"a report was answered {status}")
            [event] = json.loads(answer)["events"]
            asked[event["event_id"].replace("-", "")] = sent
    return asked


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
        Row(f"{what}, p99", told.text(0.99), "1 s", "300 ms", told.share(0.99) <= 1.0),
        Row("p50", told.text(0.5)),
        Row(never, f"{told.missing}", "0", "0", told.missing == 0),
    ]


def notes(found: Found) -> list[str]:
    if found.page is not None:
        return ["The real page is a Chromium on the list of alerts."]
    return [f"No real page was open, as {found.why_no_page}: a socket stood in for it."]
