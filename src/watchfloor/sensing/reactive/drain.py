"""Takes accepted events to the rules, and lets time pass for those who wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.operation.stored import Arrived, decode
from watchfloor.noc.intake import queue
from watchfloor.noc.intake.draining import Draining
from watchfloor.noc.intake.models import EVENT_LANES, LIVE_EVENT_LANES, Lane
from watchfloor.noc.intake.queue import Lanes, Record
from watchfloor.noc.intake.store import EVENT_CHANNEL
from watchfloor.platform.jobs.tenants import apart
from watchfloor.platform.tenancy.locks import OPERATION, try_lock
from watchfloor.sensing.reactive import services, store

TIMERS_SECONDS = 1.0
"""How late a timer may be."""


class EventDrain(Draining):
    """Works the events that wait in the intake, and the timers of the rules between them."""

    lanes: ClassVar[Lanes] = EVENT_LANES
    channel: ClassVar[str] = EVENT_CHANNEL
    lock: ClassVar[int] = OPERATION

    _timers_at = 0.0

    def work(self, records: Sequence[Record], now: datetime) -> None:
        """Work what can be read, quarantine what cannot, delete what was worked."""
        arrivals: list[Arrived] = []
        for record in records:
            try:
                arrivals.append(decode(record.body))
            except ReportError as error:
                queue.quarantine(record.event_id, str(error), now)
        if arrivals:
            services.work(
                arrivals,
                now=now,
                is_urgent=records[0].lane == Lane.EVENT_LIFE_SAFETY,
                is_behind=queue.is_waiting(
                    LIVE_EVENT_LANES, besides=[record.event_id for record in records]
                ),
            )
        queue.delete([one.event_id for one in arrivals])

    def run_once(self, now: datetime) -> int:
        if time.monotonic() >= self._timers_at:
            self._timers_at = time.monotonic() + TIMERS_SECONDS
            pass_time(now)
        return super().run_once(now)


def pass_time(now: datetime) -> None:
    """Let time pass for every tenant that has something due by its own clock.

    Not where events wait: they say what happened in that time.
    """
    for tenant_id in store.due_tenants(now):
        with apart(tenant_id, "timers"), transaction.atomic():
            if try_lock(OPERATION, tenant_id) and not queue.is_waiting(LIVE_EVENT_LANES):
                services.work([], now=now)


def run(stop: threading.Event, now: Callable[[], datetime]) -> None:
    """Work events and timers until `stop`."""
    EventDrain().loop(stop, now)
