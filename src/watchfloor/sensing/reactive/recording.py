"""Which rooms of the domain record what comes in which stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from watchfloor.aiops.operation.stored import Arrived
from watchfloor.domain.activity import services as activity
from watchfloor.domain.arming import services as arming
from watchfloor.domain.changes import services as changes
from watchfloor.domain.filings import services as filings
from watchfloor.domain.helpdesk import services as helpdesk
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.shifts import services as shifts
from watchfloor.domain.tours import services as tours
from watchfloor.domain.vitals import services as vitals
from watchfloor.domain.work import services as work

Recorder = Callable[[Sequence[Happening], datetime], None]
"""Writes the rows of happenings, in their order, in the caller's transaction, set by set."""

RECORDERS: dict[str, Recorder] = {
    "roster": shifts.record_roster,
    "attendance": shifts.record_attendance,
    "tours": tours.record,
    "positions": activity.record_positions,
    "tickets": helpdesk.record_tickets,
    "work_orders": work.record_work_orders,
    "changes": changes.record_changes,
    "heartbeats": vitals.record_beats,
    "sensors": vitals.record_readings,
    "arming": arming.record_arming,
    "filings": filings.record_filings,
}
"""By stream, in the order in which they may refer to each other."""


def record(heard: Iterable[tuple[Arrived, Happening]], *, now: datetime) -> None:
    """Let each room write the rows of its streams."""
    streams: dict[str, list[Happening]] = {}
    for arrived, happening in heard:
        streams.setdefault(arrived.stream, []).append(happening)
    for stream, recorder in RECORDERS.items():
        if own := streams.get(stream):
            recorder(own, now)
    activity.count_signs(one for stream in activity.STREAMS for one in streams.get(stream, ()))


def renew() -> None:
    """Let rows that say what is promised or allowed say it anew."""
    helpdesk.renew()
