"""Takes events from the outbox to their handlers: first lane first, in order within a tenant.

One transaction of `system` holds the tenant's lock, deletes what was relayed and keeps the
failures; each handler has a transaction of its own on `default`, committed before. A crash in
between runs handlers again, so they are idempotent. Several relays share the work by tenant.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

import structlog
from django.db import connections, models, transaction

from watchfloor.platform.events.bus import CHANNEL, Event, Handler, handlers_of, name_of
from watchfloor.platform.events.models import HandlerRetry, OutboxEvent
from watchfloor.platform.listening import listen, wait
from watchfloor.platform.tenancy.context import tenant_scope

log = structlog.get_logger(__name__)

LOCK_CLASS = 0x57460003
BATCH = 100
# Between two looks at the outbox: life safety of any tenant waits at most this long, plus one
# handler, for a relay that is busy.
SLICE_SECONDS = 0.05
# A notification can be lost with its connection; a due retry sends none.
LONGEST_SLEEP = 1.0
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=1), timedelta(minutes=5)
DOUBLINGS = 9  # enough to be past the longest
GIVE_UP_AFTER = 100


def run(stop: threading.Event, now: Callable[[], datetime]) -> None:
    """Relay until `stop`. Errors of the database end it; the caller begins anew."""
    with closing(listen(CHANNEL)) as doorbell:
        while not stop.is_set():
            if not relay_pending(now) and not retry_due(now):
                wait(doorbell, LONGEST_SLEEP)


def relay_pending(now: Callable[[], datetime]) -> int:
    """Relay a slice of the first tenant that no other relay holds; return the events relayed."""
    held: list[int] = []
    while True:
        with transaction.atomic(using="system"):
            waiting = _outbox().exclude(tenant_id__in=held).order_by("lane", "number")
            tenant_id = waiting.values_list("tenant_id", flat=True).first()
            if tenant_id is None:
                return 0
            if _lock(tenant_id):
                return _relay_slice(tenant_id, now)
        held.append(tenant_id)


def retry_due(now: Callable[[], datetime]) -> int:
    """Run the due handler that failed the longest ago; return 1 if there was one."""
    with transaction.atomic(using="system"):
        retry = (
            HandlerRetry.everybody.using("system")
            .select_for_update(skip_locked=True)
            .filter(next_at__lte=now(), gave_up_at=None)
            .order_by("next_at")
            .first()
        )
        if retry is None or not _lock(retry.tenant_id):
            return 0
        _run_again(retry, now)
        return 1


def _relay_slice(tenant_id: int, now: Callable[[], datetime]) -> int:
    deadline = time.monotonic() + SLICE_SECONDS
    relayed: list[int] = []
    for row in _outbox().filter(tenant_id=tenant_id).order_by("lane", "number")[:BATCH]:
        _relay_one(row, now)
        relayed.append(row.number)
        if time.monotonic() > deadline:
            break
    _outbox().filter(number__in=relayed).delete()
    return len(relayed)


def _relay_one(row: OutboxEvent, now: Callable[[], datetime]) -> None:
    event = Event(row.kind, row.payload, row.tenant_id, row.created_at)
    for handler in handlers_of(row.kind).values():
        error = _try(handler, event)
        if error is not None:
            HandlerRetry.everybody.using("system").create(
                tenant_id=row.tenant_id,
                kind=row.kind,
                payload=row.payload,
                handler=name_of(handler),
                next_at=now() + FIRST_RETRY,
                error=error,
                event_at=row.created_at,
            )


def _run_again(retry: HandlerRetry, now: Callable[[], datetime]) -> None:
    handler = handlers_of(retry.kind).get(retry.handler)
    if handler is None:
        retry.error, retry.gave_up_at = "no such handler in this version", now()
        retry.save(using="system")
        return
    error = _try(handler, Event(retry.kind, retry.payload, retry.tenant_id, retry.event_at))
    if error is None:
        retry.delete(using="system")
        return
    retry.error = error
    retry.next_at = now() + min(FIRST_RETRY * 2 ** min(retry.attempts, DOUBLINGS), LONGEST_RETRY)
    retry.attempts += 1
    if retry.attempts >= GIVE_UP_AFTER:
        retry.gave_up_at = now()
    retry.save(using="system")


def _try(handler: Handler, event: Event) -> str | None:
    """Run one handler in transactions of its own; return what went wrong, if anything did."""
    try:
        with (
            tenant_scope(event.tenant_id),
            transaction.atomic(using="system"),
            transaction.atomic(),
        ):
            handler(event)
    except Exception as error:  # the relay loop: one bad handler stops no other
        connections["default"].close_if_unusable_or_obsolete()
        log.exception("handler failed", handler=name_of(handler), kind=event.kind)
        return "".join(traceback.format_exception_only(error)).strip()[:2000]
    return None


def _outbox() -> models.QuerySet[OutboxEvent]:
    return OutboxEvent.everybody.using("system")


def _lock(tenant_id: int) -> bool:
    """Become the tenant's one relay until the transaction of `system` ends."""
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (LOCK_CLASS, tenant_id))
        [locked] = cursor.fetchone()
    return bool(locked)
