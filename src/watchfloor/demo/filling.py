"""Fills a floor with the company's past, as a bulk import does: recorded, and nothing raised.

What is measured every few minutes is filled in for the last days only.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.company import Told
from watchfloor.demo.company.running import run_company
from watchfloor.demo.company.seasons import DAY
from watchfloor.demo.floor import Away, Floor
from watchfloor.demo.world import World

TOGETHER = 20_000
"""Events of all streams that are sorted and sent at a time."""
MEASURED_DAYS = 1
RECORDED_WITHIN: Seconds = 600.0


def fill(
    floor: Floor,
    world: World,
    seed: int,
    until: Seconds,
    *,
    days: int,
    measured_days: int = MEASURED_DAYS,
    tell: Callable[[int], None],
) -> Counter[str]:
    """Send so many days before `until`, and wait until all is recorded.

    Returns the events of each stream. `tell` hears of how many were sent at a time.

    Raises: Refused, Away.
    """
    company = run_company(
        world, seed, until - days * DAY, measured_from=until - measured_days * DAY
    )
    sent: Counter[str] = Counter()
    for together in _batches(company.advance(until), until):
        by_stream: dict[str, list[Told]] = {}
        for told in together:
            by_stream.setdefault(told.stream, []).append(told)
        for stream, some in by_stream.items():
            sent[stream] += floor.happen(stream, [told.body for told in some], is_history=True)
        tell(len(together))
    _wait_until_recorded(floor)
    return sent


def _batches(told: Iterable[Told], until: Seconds) -> Iterator[list[Told]]:
    """Leave out alerts, and shifts to come: nobody will ever check in to them."""
    events = (one for one in told if one.stream != "alerts" and not _is_to_come(one, until))
    while together := list(islice(events, TOGETHER)):
        yield together


def _is_to_come(told: Told, until: Seconds) -> bool:
    starts = told.body.get("start") if told.stream == "roster" else None
    return starts is not None and (parse_timestamp(starts) or 0.0) > until


def _wait_until_recorded(floor: Floor) -> None:
    ends = time.monotonic() + RECORDED_WITHIN
    while floor.pending() > 0:
        if time.monotonic() > ends:
            raise Away(f"the floor has not recorded all within {RECORDED_WITHIN / 60:.0f} minutes")
        time.sleep(0.5)
