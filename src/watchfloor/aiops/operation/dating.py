"""When an event happened, and whether it is told of the present at all."""

from __future__ import annotations

from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.aiops.operation.stored import Arrived
from watchfloor.aiops.types import Seconds

OLDEST: Seconds = 7 * 86_400.0
"""Phones without a net and desks that report once a day say late what is right: an event as old as
this is believed, and judged as of its own time."""
_GONE_BY = frozenset({"attendance", "positions", "activity", "tours"})
"""Streams of what somebody did. Told later than that it is history: nobody comes on post by it
today."""
_HOLDS = frozenset({"roster", "tickets", "work_orders", "changes", "filings"})
"""Streams of what is written down, and so until it is written otherwise, however old it is. All
others speak of a device: it is there when it is heard, whatever its clock says."""


def dated(one: Arrived, clock: StreamClock) -> tuple[Arrived, Seconds]:
    """Return the event, as history where it is too old for more, and when it happened.

    History is what somebody imports: its times are believed. An event that is ahead of its arrival
    happened when it arrived. Moves the clock.
    """
    claimed = float(one.event.ts)
    if one.is_history:
        return one, claimed
    if clock.time is not None and claimed < clock.time - OLDEST:
        if one.stream in _GONE_BY:
            return one._replace(is_history=True), claimed
        if one.stream in _HOLDS:
            return one, claimed
    return one, clock.read(claimed, one.received_at, behind=OLDEST)[0]
