"""The doors for alerts and events: raw ASGI in front of Django, answered only after COMMIT.

parse (sources) -> row_of (store) -> commit (flusher) -> answer (answers).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.operation.stored import Arrived
from watchfloor.aiops.types import Seconds
from watchfloor.noc.intake import events
from watchfloor.noc.intake.answers import Answer, Outcome, send_answer
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.bodies import Bodies, Gone, Receive
from watchfloor.noc.intake.building import is_life_safety
from watchfloor.noc.intake.capturing import Captures
from watchfloor.noc.intake.catalogue import Catalogue
from watchfloor.noc.intake.credentials import Keys, key_in, sender_of
from watchfloor.noc.intake.dialects import Dialect, Door, door_of, is_history
from watchfloor.noc.intake.flusher import Flusher
from watchfloor.noc.intake.rates import Rates
from watchfloor.noc.intake.reads import Noted, Read, Reads, Refused, Rejected
from watchfloor.noc.intake.store import Row, row_of
from watchfloor.platform.accounts.keys import KeyInfo, ring
from watchfloor.platform.requests import SLOW_SECONDS, believed_ip, request_id
from watchfloor.platform.tracing import Trace, current_trace, trace_scope

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = structlog.get_logger(__name__)
SLICE = 200
"""Items read before others get their turn: a body of 30,000 must not hold up an alarm."""
IDEMPOTENCY_KEY_LIMIT = 255


def wall_clock() -> Seconds:
    return timezone.now().timestamp()


def mount(app: App, *, keys: Keys = ring) -> Intake:
    """Return an application that takes alerts itself and leaves all else to `app`."""
    dsn = settings.WATCHFLOOR_DB_INTAKE
    flusher = Flusher(dsn, queue_rows=settings.INTAKE_QUEUE_LIMIT)
    return Intake(app, keys, flusher, Captures(dsn))


class Intake:
    """Owns the connections to the database; needs no start, stops with the lifespan."""

    def __init__(self, app: App, keys: Keys, flusher: Flusher, captures: Captures) -> None:
        self._app = app
        self._keys = keys
        self._flusher = flusher
        self._captures = captures
        self._bodies = Bodies()
        self._catalogue = Catalogue()
        self._rates = Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and (door := door_of(scope)) is not None:
            await self._answer(door, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, door: Door, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()
        with trace_scope(_trace(scope)) as trace:
            try:
                reply = await self._take(door, scope, receive)
            except Refused as refused:
                reply = door.dialect.refuse(refused)
            except Gone:
                return
            _log(scope, reply.status, time.monotonic() - began)
        await send_answer(send, reply, trace.request_id)

    async def _take(self, door: Door, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            raise Refused(405, "method", "send alerts with POST")
        headers = dict(scope["headers"])
        dialect = door.dialect
        if dialect.key_in_body is not None:
            body = await self._bodies.read(receive, headers, dialect.body_limit)
            plain = door.key or key_in(headers) or dialect.key_in_body(body)
            arrival = await self._arrival(plain, door, scope)
        else:
            arrival = await self._arrival(door.key or key_in(headers), door, scope)
            body = await self._bodies.read(receive, headers, dialect.body_limit)
        return dialect.answer(await self._taken(door, body, arrival))

    async def _taken(self, door: Door, body: bytes, arrival: Arrival) -> Outcome:
        """Keep the alerts of a body. Where somebody maps its name it is kept too, taken or not."""
        try:
            outcome = await self._keep(door.dialect, door.dialect.parse(body, arrival), arrival)
        except Refused as refused:
            if refused.status < 500:
                await self._capture(door.template, body, arrival)
            raise
        await self._capture(door.template, body, arrival)
        return outcome

    async def _capture(self, name: str, body: bytes, arrival: Arrival) -> None:
        tenant_id, at = arrival.key.tenant_id, arrival.received_at
        if name and (capture := self._catalogue.capture(tenant_id, name, at)):
            await self._captures.keep(capture, tenant_id, body, at)

    async def _arrival(self, plain: str, door: Door, scope: Scope) -> Arrival:
        key = await sender_of(plain, self._keys, in_address=bool(door.key))
        idempotency_key = dict(scope["headers"]).get(b"idempotency-key", b"").decode("latin-1")
        if len(idempotency_key) > IDEMPOTENCY_KEY_LIMIT:
            raise Refused(400, "invalid", "Idempotency-Key is over 255 characters")
        own_types = self._catalogue.own_types(key.tenant_id)
        template = None
        if door.template:
            template = await self._catalogue.template(key.tenant_id, door.template)
        is_past = is_history(scope.get("query_string", b""))
        return Arrival(key, wall_clock(), idempotency_key, own_types, template, is_past)

    async def _keep(self, dialect: Dialect, reads: Reads, arrival: Arrival) -> Outcome:
        rows: list[Row] = []
        bad: list[Rejected] = []
        noted: list[Noted] = []
        async for read in _in_slices(reads):
            if isinstance(read, Report | Arrived):
                rows.append(_row(read, dialect, arrival))
            elif isinstance(read, Rejected):
                bad.append(read)
            else:
                noted.append(read)
        if rows:
            self._check_rate(rows, dialect, arrival.key)
            await self._flusher.commit(rows)
        return Outcome(rows, bad, noted)

    def _check_rate(self, rows: Sequence[Row], dialect: Dialect, key: KeyInfo) -> None:
        """Hold back a key that sends faster than it may; never where a person may be in danger."""
        if key.rate_per_minute is None or any(row.is_urgent for row in rows):
            return
        if seconds := self._rates.wait(key, len(rows), time.monotonic()):
            message = f"this key may send {key.rate_per_minute} a minute: send it again later"
            raise Refused(dialect.busy_status, "too_many", message, retry_after=seconds)

    async def stop(self) -> None:
        """Write what waits, then close the connections."""
        await self._flusher.stop()
        await self._captures.stop()
        await self._catalogue.stop()


def _trace(scope: Scope) -> Trace:
    """Return who asks and under which id; as `RequestIdMiddleware`, in front of which we stand."""
    headers = dict(scope["headers"])
    heard_from = str((scope.get("client") or ("",))[0])
    given = headers.get(b"x-request-id", b"").decode("latin-1")
    forwarded_for = headers.get(b"x-forwarded-for", b"").decode("latin-1")
    return Trace(request_id(given, heard_from), believed_ip(heard_from, forwarded_for))


def _log(scope: Scope, status: int, seconds: float) -> None:
    """Write down what was refused or slow: a line for each of thousands a second says nothing."""
    if status < 400 and seconds < SLOW_SECONDS:
        return
    log.info(
        "intake",
        method=scope["method"],
        path=scope["path"],
        status=status,
        milliseconds=round(seconds * 1000),
        ip=current_trace().ip,
    )


async def _in_slices(reads: Reads) -> AsyncIterator[Read]:
    """Yield all reads; now and then others get their turn."""
    for number, read in enumerate(reads, start=1):
        yield read
        if number % SLICE == 0:
            await asyncio.sleep(0)


def _row(report: Report | Arrived, dialect: Dialect, arrival: Arrival) -> Row:
    if isinstance(report, Arrived):
        return events.row_of(report, arrival)
    return row_of(
        report,
        arrival.key.tenant_id,
        is_urgent=is_life_safety(report.alert_type, report.labels, arrival),
        repeat_seconds=dialect.repeat_seconds,
    )
