"""The pipeline process: a thread for each loop, none of which a fault or an outage can end.

A loop runs until it is told to stop, or until the database is away; then it begins anew after a
pause that grows. What it was doing was a transaction, so nothing of it is left half done.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import django
import psycopg
import structlog
from django.db import InterfaceError, OperationalError, connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchfloor.config.settings.embedded")
django.setup()

from django.utils import timezone  # noqa: E402

from watchfloor.config import celery, retention, schedules, sweeper  # noqa: E402
from watchfloor.noc.desks import offering  # noqa: E402
from watchfloor.noc.drain import Drain  # noqa: E402
from watchfloor.noc.integrations import dispatch  # noqa: E402
from watchfloor.platform import logs  # noqa: E402
from watchfloor.platform.audit.sealer import seal_pending  # noqa: E402
from watchfloor.platform.events import bus, relay  # noqa: E402
from watchfloor.platform.jobs import schedule  # noqa: E402
from watchfloor.sensing.reactive import drain as events  # noqa: E402

log = structlog.get_logger(__name__)

Now = Callable[[], datetime]
Work = Callable[[threading.Event, Now], None]

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 1.0
# A loop that worked for this long had recovered: its next pause is the first one again.
PROVEN_SECONDS = 10.0
# The supervisor waits 5 s before it kills; transactions that run longer are undone and repeated.
STOP_SECONDS = 2.5
# The drain computes while the relay waits for the database. Beside a busy thread a round trip of
# 0.5 ms takes 6.3 ms with Python's own 5 ms and 1.4 ms with this, which costs the busy one 7 %.
SWITCH_SECONDS = 0.0005
# Rows are to be sealed within a second.
SEAL_SECONDS = 0.5


@dataclass
class Loop:
    """One unending piece of work. `falls` counts faults in a row, for the log and the pause."""

    name: str
    work: Work
    falls: int = 0
    last_error: str = ""

    def run(self, stop: threading.Event, now: Now = timezone.now) -> None:
        while not stop.is_set():
            began = time.monotonic()
            try:
                self.work(stop, now)
            except (OperationalError, InterfaceError, psycopg.Error, OSError) as error:
                self._fell(error, began)
                log.warning("loop lost the database", loop=self.name, error=self.last_error)
            except Exception as error:  # the job runner: one faulty loop stops no other
                self._fell(error, began)
                log.exception("loop failed", loop=self.name)
            else:
                continue
            finally:
                connections.close_all()
            stop.wait(self.pause)

    @property
    def pause(self) -> float:
        return min(FIRST_PAUSE * 2.0 ** min(self.falls - 1, 10), LONGEST_PAUSE)

    def _fell(self, error: Exception, began: float) -> None:
        self.falls = 1 if time.monotonic() - began > PROVEN_SECONDS else self.falls + 1
        self.last_error = str(error).strip()


def every(seconds: float, *works: Callable[[datetime], object]) -> Work:
    """Return a loop's work that calls `works` in turn, beginning every `seconds`."""

    def work(stop: threading.Event, now: Now) -> None:
        while not stop.is_set():
            for one in works:
                one(now())
            stop.wait(seconds)

    return work


def drain(stop: threading.Event, now: Now) -> None:
    """Drain with a place for today's reports: what fell into none would block making one."""
    retention.make_partitions(now())
    Drain().loop(stop, now)


def loops() -> list[Loop]:
    return [
        Loop("drain", drain),
        Loop("events", events.run),
        Loop("relay", relay.run),
        Loop("sweeper", sweeper.run),
        Loop("scheduler", schedule.run),
        Loop("deliveries", dispatch.run),
        Loop("offers", every(offering.EVERY, offering.offer_all)),
        Loop("sealer", every(SEAL_SECONDS, seal_pending)),
    ]


def serve(stop: threading.Event, running: Sequence[Loop]) -> None:
    """Run the loops until `stop`, then give them a moment to finish what they are at."""
    threads = [
        threading.Thread(target=loop.run, args=(stop,), name=loop.name, daemon=True)
        for loop in running
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    deadline = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            log.warning("loop is left in the middle of its work", loop=thread.name)


def run() -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    logs.configure("pipeline")
    sys.setswitchinterval(SWITCH_SECONDS)
    celery.app.set_default()
    bus.load_handlers()
    schedules.install()
    serve(stop, loops())
