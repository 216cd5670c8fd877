"""Fills a floor with the company's past, as a bulk import does: recorded, and nothing raised.

The past ends where the shift began that is on now: there `demo live` goes on. What is measured
every few minutes is filled in for the last days only.
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
from watchfloor.demo.company.work.rota import shift_begun
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
    """Send so many days before the shift that is on at `until`, and wait until all is recorded.

    Returns the events of each stream. `tell` hears of how many were sent at a time.

    Raises: Refused, Away.
    """
    ends = shift_begun(until)
    company = run_company(world, seed, ends - days * DAY, measured_from=ends - measured_days * DAY)
    sent: Counter[str] = Counter()
    for together in _batched(past_of(company.advance(until), ends)):
        by_stream: dict[str, list[Told]] = {}
        for told in together:
            by_stream.setdefault(told.stream, []).append(told)
        for stream, some in by_stream.items():
            sent[stream] += floor.happen(stream, [told.body for told in some], is_history=True)
        tell(len(together))
    _wait_until_recorded(floor)
    return sent


def past_of(told: Iterable[Told], ends: Seconds) -> Iterator[Told]:
    """Leave out alerts, and what belongs to shifts that begin at the end or later."""
    later: set[str] = set()
    return (one for one in told if one.stream != "alerts" and _is_past(one, ends, later))


def _is_past(told: Told, ends: Seconds, later: set[str]) -> bool:
    """Whoever works on a shift of the past checks out after its end: that is of the past, too.

    `later` takes the shifts that are not.
    """
    shift = told.body.get("shift")
    if shift is None:
        return told.at < ends
    if "start" in told.body and (parse_timestamp(told.body["start"]) or 0.0) >= ends:
        later.add(shift)
    return shift not in later


def _batched(told: Iterator[Told]) -> Iterator[list[Told]]:
    while together := list(islice(told, TOGETHER)):
        yield together


def _wait_until_recorded(floor: Floor) -> None:
    ends = time.monotonic() + RECORDED_WITHIN
    while floor.pending() > 0:
        if time.monotonic() > ends:
            raise Away(f"the floor has not recorded all within {RECORDED_WITHIN / 60:.0f} minutes")
        time.sleep(0.5)
