"""Lets time pass for every tenant: alerts expire, incidents resolve themselves, sleepers wake.

A tenant is looked at when its stream was written to since the last look (a batch, or an act that
gave time something to do), or when what that look found next has come. All others cost one row
of one query each round.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError

from watchfloor.aiops.types import Seconds
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.stream import Glance
from watchfloor.noc.incidents import lifecycle
from watchfloor.noc.incidents.lifecycle import Outlook

log = structlog.get_logger(__name__)

SHORTEST_ROUND = 5.0
# Sweeping takes at most this share of one core's time, however many tenants there are.
LARGEST_SHARE = 0.05
# Rows are the truth: whatever slipped past a look is found by the next one after this.
LONGEST_TRUST: Seconds = 600.0


@dataclass(frozen=True, slots=True)
class _Look:
    """What the last look at a tenant found, and the stream that it saw."""

    version: str
    next: Outlook
    looked_at: Seconds

    def holds(self, stream: Glance, now: datetime) -> bool:
        return (
            self.version == stream.version
            and 0 <= now.timestamp() - self.looked_at < LONGEST_TRUST
            and not self.next.is_due(stream.clock, now)
        )


class Sweeper:
    """Remembers when each tenant has something due next. One for each process."""

    def __init__(self) -> None:
        self._looks: dict[int, _Look] = {}

    def run(self, stop: threading.Event, now: Callable[[], datetime]) -> None:
        """Sweep round after round until `stop`. Errors of the database end it; begin anew."""
        while not stop.is_set():
            began = time.monotonic()
            self.sweep_all(stop, now)
            took = time.monotonic() - began
            stop.wait(max(SHORTEST_ROUND, took / LARGEST_SHARE))

    def sweep_all(self, stop: threading.Event, now: Callable[[], datetime]) -> None:
        """Go round once, to the tenants for which there may be something to do."""
        for stream in streams.glance():
            if stop.is_set():
                return
            self._visit(stream, now())

    def _visit(self, stream: Glance, now: datetime) -> None:
        look = self._looks.get(stream.tenant_id)
        try:
            if look is not None and look.holds(stream, now):
                return
            found = lifecycle.sweep(stream.tenant_id, now).next
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # the job runner: one tenant's bad row stops no other tenant
            log.exception("sweep failed", tenant=stream.tenant_id)
            found = Outlook()
        self._looks[stream.tenant_id] = _Look(stream.version, found, now.timestamp())


def run(stop: threading.Event, now: Callable[[], datetime]) -> None:
    """Sweep until `stop`, beginning with a look at everybody."""
    Sweeper().run(stop, now)
