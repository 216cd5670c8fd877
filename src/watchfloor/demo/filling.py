"""Fills a floor with the company's past, as a bulk import does: recorded, and nothing raised.

The past ends where the shift began that is on now: there `demo live` goes on. What is measured
every few minutes is filled in for the last days only. Only how those checked in and out who cheated
lately is told as news, so that there are cases to look into.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.company import Told
from watchfloor.demo.company.running import run_company
from watchfloor.demo.company.seasons import DAY, MINUTE
from watchfloor.demo.company.truth import Row
from watchfloor.demo.company.work.rota import shift_begun
from watchfloor.demo.floor import Away, Floor
from watchfloor.demo.world import World

TOGETHER = 20_000
"""Events of all streams that are sorted and sent at a time."""
MEASURED_DAYS = 1
RECORDED_WITHIN: Seconds = 600.0
CHEATING = 2.0
"""Times more often than in life, so that there is something to look into."""
LATELY: Seconds = 6 * DAY
"""Rules believe what is told as late as this."""
SUSPECTED = frozenset({"BUDDY_PUNCHING", "GPS_SPOOFING", "IMPOSSIBLE_SHIFTS"})
"""Kinds of fraud of which suspicions come from punches alone."""
AROUND: Seconds = 5 * MINUTE
"""Before and after a fraud: within it come the punches that belong to it."""


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
    company = run_company(
        world, seed, ends - days * DAY, measured_from=ends - measured_days * DAY, cheating=CHEATING
    )
    suspicious: list[Told] = []
    frauds = company.truth.frauds
    past = past_of(company.advance(until), ends)
    others = _but_for(suspicious, past, lambda one: is_of(one, frauds, ends))
    sent = record_past(floor, others, tell)
    _wait_until_recorded(floor)
    if suspicious:
        sent["attendance"] += floor.happen("attendance", [one.body for one in suspicious])
        _wait_until_recorded(floor)
    return sent


def record_past(
    floor: Floor, told: Iterable[Told], tell: Callable[[int], None] = lambda _: None
) -> Counter[str]:
    """Send what was told as history. Returns the events of each stream."""
    sent: Counter[str] = Counter()
    for together in _batched(iter(told)):
        by_stream: dict[str, list[Told]] = {}
        for one in together:
            by_stream.setdefault(one.stream, []).append(one)
        for stream, some in by_stream.items():
            sent[stream] += floor.happen(stream, [one.body for one in some], is_history=True)
        tell(len(together))
    return sent


def is_of(told: Told, frauds: Collection[Row], ends: Seconds) -> bool:
    """Whether a punch belongs to a fraud of lately that was over by the end of the past."""
    return (
        told.stream == "attendance"
        and told.at > ends - LATELY
        and any(
            told.body["person"] in (fraud["person"], fraud["by"])
            and fraud["ts"] - AROUND <= told.at <= fraud["end"] + AROUND
            for fraud in frauds
            if fraud["kind"] in SUSPECTED and ends - LATELY < fraud["ts"] and fraud["end"] <= ends
        )
    )


def _but_for(
    put_by: list[Told], told: Iterable[Told], is_other: Callable[[Told], bool]
) -> Iterator[Told]:
    """Yield all but the others, which are put by."""
    for one in told:
        if is_other(one):
            put_by.append(one)
        else:
            yield one


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
