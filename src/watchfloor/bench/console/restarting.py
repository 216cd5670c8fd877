"""The web process is killed under load while pages are open: is a row lost or shown twice?"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from playwright.sync_api import Page, TimeoutError

from watchfloor.bench import processes
from watchfloor.bench.console.longlist import read_list, wait_for_rows
from watchfloor.bench.console.waiting import awaited
from watchfloor.bench.floors import BenchFloor
from watchfloor.bench.results import Row
from watchfloor.bench.steady import A_MINUTE, send_steadily

PAGES = 3
REPORTS = 400
KILLS = 2
LAST_FRAMES_MS = 30_000.0


@dataclass(frozen=True)
class Found:
    reports: int
    pages: int
    kills: int
    lost: int
    doubled: int


def measure(
    page: Page, floor: BenchFloor, key: str, *, pages: int, reports: int, kills: int
) -> Found:
    with ExitStack() as opened:
        lists = [opened.enter_context(_list(page, floor.url)) for _ in range(pages)]
        before = [_listed(one) for one in lists]
        asked = _send_and_kill(page, floor, key, reports, kills)
        wanted = [len(listed) + len(asked) for listed in before]
        after = [_listed(one, count) for one, count in zip(lists, wanted, strict=True)]
    lost = sum(len(asked - set(listed)) for listed in after)
    doubled = sum(
        len(listed) - len(set(listed)) + len(set(listed) - set(old) - asked)
        for listed, old in zip(after, before, strict=True)
    )
    return Found(len(asked), pages, kills, lost, doubled)


def _send_and_kill(page: Page, floor: BenchFloor, key: str, reports: int, kills: int) -> set[str]:
    """Send at 1,000 a minute, and kill the web process now and then. Returns what was accepted."""
    with ThreadPoolExecutor(1) as beside:
        sending = beside.submit(send_steadily, floor, key, reports)
        between = reports * 60_000 / A_MINUTE / (kills + 1)
        for _ in range(kills):
            page.wait_for_timeout(between)
            for pid in processes.pids_of(floor.pid, "web")[:1]:
                os.kill(pid, signal.SIGKILL)
        return set(sending.result())


@contextmanager
def _list(page: Page, url: str) -> Iterator[Page]:
    """Yield another page of the same person, on the list of alerts."""
    other = page.context.new_page()
    with awaited("another page to be live, and to have fetched the rest of its list"):
        other.goto(f"{url}/alerts")
        other.locator("#live[data-status=live]").wait_for()
        other.wait_for_load_state("networkidle")
    yield other
    other.close()


def _listed(page: Page, wanted: int = 0) -> Sequence[str]:
    """Return what the page lists, once it has so many rows, or will not have them any more."""
    page.bring_to_front()  # the browser draws nothing in a page behind another
    with suppress(TimeoutError):
        wait_for_rows(page, wanted, patience=LAST_FRAMES_MS)
    return read_list(page)[1]


def rows(found: Found) -> list[Row]:
    return [
        Row(f"web process killed {found.kills} times under 1,000 reports a minute, {found.pages} "
            f"pages open, {found.reports} reports: rows lost", f"{found.lost}", "0", "0",
            found.lost == 0),
        Row("rows doubled", f"{found.doubled}", "0", "0", found.doubled == 0),
    ]  # fmt: skip
