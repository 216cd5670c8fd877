"""A full list left open under load: does the page hold more and more?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from playwright.sync_api import Page

from watchfloor.bench.console.heap import Heap
from watchfloor.bench.floors import BenchFloor
from watchfloor.bench.results import Row
from watchfloor.bench.steady import A_MINUTE, send_steadily

WARM_UP_MINUTES = 1
A_MINUTE_MS = 60_000.0


@dataclass(frozen=True)
class Found:
    """`held`: megabytes after the first minute, and after each one since."""

    held: list[float]

    @property
    def grown(self) -> float:
        return self.held[-1] - self.held[0]


def measure(page: Page, floor: BenchFloor, key: str, *, minutes: int) -> Found:
    """Leave the page, on a list that is full, open for so many minutes of load."""
    heap, held = Heap.of(page), list[float]()
    reports = (WARM_UP_MINUTES + minutes) * A_MINUTE
    with ThreadPoolExecutor(1) as beside:
        sending = beside.submit(send_steadily, floor, key, reports)
        page.wait_for_timeout(WARM_UP_MINUTES * A_MINUTE_MS)
        held.append(heap.held())
        for _ in range(minutes):
            page.wait_for_timeout(A_MINUTE_MS)
            held.append(heap.held())
        sending.result()
    return Found(held)


def rows(found: Found) -> list[Row]:
    minutes = len(found.held) - 1
    return [
        Row(f"{minutes} minutes at 1,000 reports a minute, a full list open: heap grows by",
            f"{found.grown:.1f} MB", "15 MB in 30 minutes", "5 MB", found.grown <= 15),
        Row("held at the begin, at most, at the end",
            f"{found.held[0]:.1f} MB, {max(found.held):.1f} MB, {found.held[-1]:.1f} MB"),
    ]  # fmt: skip
