"""Works what waits on disk: tenant by tenant, batch by batch, life safety first.

1. Choose a tenant: one with life safety waiting, else the one not served for longest.
2. Under the tenant's lock, in one transaction, take what waits, work it, delete it.
3. A batch that raises is rolled back and halved, down to the record that cannot be worked: it is
   quarantined with its error, shown, and can be replayed. The others are worked.

Several processes share the work by tenant. A crash at any moment undoes the batch, not the records.
"""

from __future__ import annotations

import threading
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from typing import ClassVar

import structlog
from django.db import InterfaceError, OperationalError, ProgrammingError, transaction

from watchfloor.noc.intake import queue
from watchfloor.noc.intake.queue import Lanes, Record, Waiting
from watchfloor.platform.listening import listen, wait
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.locks import try_lock, wait_for

log = structlog.get_logger(__name__)

MOST_RECORDS = 1_000
MOST_SECONDS = 0.3
# A notification can be lost with its connection; rows are the truth.
LONGEST_SLEEP = 1.0
# Somebody acts on the tenant, or another drain works it: look again soon.
LOCKED_SLEEP = 0.02
# The database is away, or of another version than this program: no record is to blame.
_NOT_A_RECORD = (OperationalError, InterfaceError, ProgrammingError)


class Draining(ABC):
    """Works what waits in its lanes. One thread, one tenant at a time."""

    lanes: ClassVar[Lanes]
    channel: ClassVar[str]
    lock: ClassVar[int]
    """Of the part of a tenant that the work changes, see `tenancy.locks`."""

    def __init__(self, *, most: int = MOST_RECORDS) -> None:
        self._most = most
        self._seconds_per_record = MOST_SECONDS / MOST_RECORDS
        self._turns: dict[int, float] = {}
        self._was_locked = False

    @abstractmethod
    def work(self, records: Sequence[Record], now: datetime) -> None:
        """Work the records and delete them, in the caller's transaction, under its lock."""

    def loop(self, stop: threading.Event, now: Callable[[], datetime]) -> None:
        """Drain until `stop`. Errors of the database end it; the caller begins anew."""
        with closing(listen(self.channel)) as doorbell:
            while not stop.is_set():
                if not self.run_once(now()):
                    wait(doorbell, LOCKED_SLEEP if self._was_locked else LONGEST_SLEEP)

    def run_once(self, now: datetime) -> int:
        """Work one batch of one tenant; return its records, 0 if nothing could be worked."""
        self._was_locked = False
        for tenant_id in self._order(queue.waiting(self.lanes)):
            done = self._work(tenant_id, now)
            if done:
                return done
        return 0

    def _order(self, waiting: Sequence[Waiting]) -> list[int]:
        """Life safety first; else whose turn is longest ago, so that no flood starves another."""
        turns = self._turns
        ordered = sorted(
            waiting, key=lambda one: (one.lane, turns.get(one.tenant_id, 0.0), one.event_id)
        )
        return [one.tenant_id for one in ordered]

    def _work(self, tenant_id: int, now: datetime) -> int:
        began = self._turns[tenant_id] = time.monotonic()
        most = max(1, min(self._most, int(MOST_SECONDS / self._seconds_per_record)))
        ids: list[str] = []
        try:
            with tenant_scope(tenant_id), transaction.atomic():
                if not try_lock(self.lock, tenant_id):
                    self._was_locked = True
                    return 0
                records = queue.take(most, self.lanes)
                ids = [record.event_id for record in records]
                if records:
                    self.work(records, now)
        except _NOT_A_RECORD:
            raise
        except Exception as error:  # noqa: BLE001  whatever one record does, the others are worked
            self._divide(tenant_id, ids, error, now)
        if ids:
            pace = (time.monotonic() - began) / len(ids)
            self._seconds_per_record += 0.2 * (max(pace, 1e-5) - self._seconds_per_record)
        return len(ids)

    def _divide(self, tenant_id: int, ids: Sequence[str], error: Exception, now: datetime) -> None:
        """Work the two halves of a batch that raised, each in its own transaction, in order."""
        if len(ids) <= 1:
            _quarantine(tenant_id, ids, error, now)
            return
        middle = len(ids) // 2
        for half in (ids[:middle], ids[middle:]):
            try:
                with tenant_scope(tenant_id), transaction.atomic():
                    wait_for(self.lock, tenant_id)
                    self.work(queue.take_these(half), now)
            except _NOT_A_RECORD:
                raise
            except Exception as half_error:  # noqa: BLE001  as above
                self._divide(tenant_id, half, half_error, now)


def _quarantine(tenant_id: int, ids: Sequence[str], error: Exception, now: datetime) -> None:
    reason = "".join(traceback.format_exception_only(error)).strip()
    log.error("a record cannot be worked", tenant=tenant_id, event_ids=ids, error=reason)
    with tenant_scope(tenant_id), transaction.atomic():
        for event_id in ids:
            queue.quarantine(event_id, reason, now)
