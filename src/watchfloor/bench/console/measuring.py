"""The console's figures on one floor, in this order: what each needs is there when it comes.

Pages and their queries on a small floor and on one ten times its size; painting and faults of
these pages; a restart under load; then ten thousand alerts, keys on their list, and a soak.
"""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from playwright.sync_api import Page

from watchfloor.bench.console import (
    faults,
    filling,
    longlist,
    painting,
    pressing,
    restarting,
    soaking,
)
from watchfloor.bench.console.crawl import EXAMPLES, Crawl, crawl
from watchfloor.bench.floors import BenchFloor, Clock, bench_floor
from watchfloor.bench.results import Row
from watchfloor.bench.watching import link_of_somebody
from watchfloor.demo.pages import page_of

SETTINGS = {"WATCHFLOOR_SERVER_TIMING": "true"}
TIMES_LARGER = 10
MOST_QUERIES, FEW_QUERIES = 15, 8


@dataclass(frozen=True)
class Load:
    """How much of each is measured. `examples`: pages of each kind. `kinds`: of how many kinds
    queries are counted, and `pages`: of how many faults are looked for, if not of all. `watching`:
    how many pages are open during the restarts."""

    times_larger: int = TIMES_LARGER
    examples: int = EXAMPLES
    kinds: int | None = None
    pages: int | None = None
    trials: int = painting.TRIALS
    watching: int = restarting.PAGES
    reports: int = restarting.REPORTS
    kills: int = restarting.KILLS
    alerts: int = longlist.ALERTS
    presses: int = pressing.PRESSES
    soak_minutes: int = 0


@dataclass(frozen=True)
class Found:
    small: Crawl
    large: Crawl
    painted: painting.Found
    faults: faults.Found
    restarted: restarting.Found
    listed: longlist.Found
    pressed: pressing.Found
    soaked: soaking.Found | None


def measure(clock: Clock, load: Load) -> Found:
    with bench_floor(settings=SETTINGS) as floor:
        return measure_on(floor, clock, load)


def measure_on(floor: BenchFloor, clock: Clock, load: Load) -> Found:
    """Measure on a floor that runs with SETTINGS."""
    # Of another name than other benches': under one name the same made alarm is the same event.
    key = floor.key("console", "admin,ingest")
    hands = filling.Hands(floor, key)
    with page_of(floor.url, link_of_somebody(floor, "admin")) as page:
        small, large = (_crawled(page, hands, clock, size, load) for size in (1, load.times_larger))
        painted = painting.measure(page, floor.url, trials=load.trials)
        examples = sorted(large.examples.values())
        found = faults.measure(page, floor.url, examples[: load.pages])
        restarted = restarting.measure(
            page, floor, key, pages=load.watching, reports=load.reports, kills=load.kills
        )
        hands.open_alerts(load.alerts)
        listed = longlist.measure(page, floor.url, alerts=load.alerts, trials=load.trials)
        pressed = pressing.measure(page, presses=load.presses)
        soaked = None
        if load.soak_minutes:
            longlist.open_list(page, floor.url, load.alerts)
            soaked = soaking.measure(page, floor, key, minutes=load.soak_minutes)
    return Found(small, large, painted, found, restarted, listed, pressed, soaked)


def _crawled(page: Page, hands: filling.Hands, clock: Clock, size: int, load: Load) -> Crawl:
    """Fill the floor further, and look through its pages as whoever is signed in at `page`."""
    hands.grow(size, now=clock())
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    with httpx.Client(base_url=hands.floor.url, cookies=cookies, timeout=60) as browser:
        return crawl(browser, examples=load.examples, kinds=load.kinds)


def rows(found: Found) -> list[Row]:
    return [
        *painting.rows(found.painted),
        *longlist.rows(found.listed),
        *pressing.rows(found.pressed),
        *restarting.rows(found.restarted),
        *_queries(found),
        *faults.rows(found.faults),
        *(soaking.rows(found.soaked) if found.soaked else ()),
    ]


def _queries(found: Found) -> list[Row]:
    (most, kind), grown = found.large.most, found.large.grown(found.small)
    told = "; ".join(f"{name} {few} to {many}" for name, (few, many) in sorted(grown.items()))
    within = sum(count <= FEW_QUERIES for count in found.large.queries.values())
    return [
        Row(f"queries of any of {len(found.large.queries)} kinds of pages, at most",
            f"{most} ({kind})", f"{MOST_QUERIES}", f"{FEW_QUERIES}", most <= MOST_QUERIES),
        Row(f"of which take {FEW_QUERIES} or fewer", f"{within}"),
        Row("kinds of pages that take more queries with ten times the rows",
            f"{len(grown)}: {told}" if grown else "0", "0", "0", not grown),
    ]  # fmt: skip
