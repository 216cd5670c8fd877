"""Takes accepted reports to the pipeline: tenant by tenant, batch by batch, life safety first.

1. Choose a tenant: one with life safety waiting, else the one not served for longest.
2. Under the tenant's lock, in one transaction, take what waits, work it, delete it.
3. A batch that raises is rolled back and halved, down to the report that cannot be worked: it is
   quarantined with its error, shown, and can be replayed. The others are grouped.

Several drains share the work by tenant. A crash at any moment undoes the batch, not the reports.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, ProgrammingError, transaction

from watchfloor.aiops.alerts.report import Report, decode
from watchfloor.aiops.errors import ReportError
from watchfloor.noc import pipeline
from watchfloor.noc.intake import queue
from watchfloor.noc.intake.queue import Waiting
from watchfloor.platform.listening import listen, wait
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.locks import lock_flow, try_lock_flow

log = structlog.get_logger(__name__)

CHANNEL = "wf_intake"
MOST_REPORTS = 1_000
MOST_SECONDS = 0.3
# A notification can be lost with its connection; rows are the truth.
LONGEST_SLEEP = 1.0
# Somebody acts on the tenant, or another drain works it: look again soon.
LOCKED_SLEEP = 0.02
# The database is away, or of another version than this program: no report is to blame.
_NOT_A_REPORT = (OperationalError, InterfaceError, ProgrammingError)


class Drain:
    """Works what waits in the intake. One thread, one tenant at a time."""

    def __init__(self, *, most_reports: int = MOST_REPORTS) -> None:
        self._most = most_reports
        self._seconds_per_report = MOST_SECONDS / MOST_REPORTS
        self._turns: dict[int, float] = {}
        self._was_locked = False

    def loop(self, stop: threading.Event, now: Callable[[], datetime]) -> None:
        """Drain until `stop`. Errors of the database end it; the caller begins anew."""
        with closing(listen(CHANNEL)) as doorbell:
            while not stop.is_set():
                if not self.run_once(now()):
                    wait(doorbell, LOCKED_SLEEP if self._was_locked else LONGEST_SLEEP)

    def run_once(self, now: datetime) -> int:
        """Work one batch of one tenant; return its reports, 0 if nothing could be worked."""
        self._was_locked = False
        for tenant_id in self._order(queue.waiting()):
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
        most = max(1, min(self._most, int(MOST_SECONDS / self._seconds_per_report)))
        ids: list[str] = []
        try:
            with tenant_scope(tenant_id), transaction.atomic():
                if not try_lock_flow(tenant_id):
                    self._was_locked = True
                    return 0
                records = queue.take(most)
                ids = [record.event_id for record in records]
                _work_records(records, now)
        except _NOT_A_REPORT:
            raise
        except Exception as error:  # noqa: BLE001  whatever one report does, the others are worked
            _divide(tenant_id, ids, error, now)
        if ids:
            pace = (time.monotonic() - began) / len(ids)
            self._seconds_per_report += 0.2 * (max(pace, 1e-5) - self._seconds_per_report)
        return len(ids)


def _work_records(records: Sequence[queue.Record], now: datetime) -> None:
    """Work what can be read, quarantine what cannot, delete what was worked."""
    reports: list[Report] = []
    for record in records:
        try:
            reports.append(decode(record.body))
        except ReportError as error:
            queue.quarantine(record.event_id, str(error), now)
    if reports:
        pipeline.work(reports, now=now)
    queue.delete([report.event_id for report in reports])


def _divide(tenant_id: int, ids: Sequence[str], error: Exception, now: datetime) -> None:
    """Work the two halves of a batch that raised, each in a transaction of its own, in order."""
    if len(ids) <= 1:
        _quarantine(tenant_id, ids, error, now)
        return
    middle = len(ids) // 2
    for half in (ids[:middle], ids[middle:]):
        try:
            with tenant_scope(tenant_id), transaction.atomic():
                lock_flow(tenant_id)
                _work_records(queue.take_these(half), now)
        except _NOT_A_REPORT:
            raise
        except Exception as half_error:  # noqa: BLE001  as above
            _divide(tenant_id, half, half_error, now)


def _quarantine(tenant_id: int, ids: Sequence[str], error: Exception, now: datetime) -> None:
    reason = "".join(traceback.format_exception_only(error)).strip()
    log.error("a report cannot be worked", tenant=tenant_id, event_ids=ids, error=reason)
    with tenant_scope(tenant_id), transaction.atomic():
        for event_id in ids:
            queue.quarantine(event_id, reason, now)
