"""The SQL of what the rules remember: read and written for whole batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
import structlog
from django.db import connections
from django.db.models import Min, Q

from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.stored import learnt_anew, pack, unpack
from watchfloor.aiops.types import Seconds
from watchfloor.platform import bulk
from watchfloor.platform.bulk import Shape
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.sensing.reactive.models import OperationStream, SubjectState

log = structlog.get_logger(__name__)

F = TypeVar("F", bound=Facts)
Subject = tuple[str, str]
"""Kind and code."""
MOST_DUE = 1_000
"""Subjects that time looks at in one transaction; the others are due still."""
HISTORY_SETTLES = timedelta(minutes=2)
"""After so long without more of it, history counts as brought in."""

_CLOCK = msgspec.msgpack.Decoder(StreamClock)
_NAMES = Shape.of("kind text, code text")
_ROWS = Shape.of("kind text, code text, facts bytea, due_at float8, held_until float8")
_READ_CLOCK = "SELECT clock FROM reactive_operationstream WHERE tenant_id = %b"
_WRITE_CLOCK = """
INSERT INTO reactive_operationstream (id, tenant_id, clock, updated_at)
VALUES (%b, %b, %b, %b)
ON CONFLICT (tenant_id) DO UPDATE SET clock = excluded.clock, updated_at = excluded.updated_at"""
_COLUMNS = (
    "s.kind, s.code, s.facts, extract(epoch FROM s.due_at)::float8,"
    " extract(epoch FROM s.held_until)::float8"
)
_TOUCHED = f"""
SELECT {_COLUMNS} FROM reactive_subjectstate s
JOIN {_NAMES.source()} ON s.kind = x.kind AND s.code = x.code WHERE s.tenant_id = %b"""  # noqa: S608
_DUE = f"""
SELECT {_COLUMNS} FROM reactive_subjectstate s
WHERE s.tenant_id = %b AND s.due_at <= to_timestamp(%b)
    AND (s.held_until IS NULL OR s.held_until <= to_timestamp(%b))
ORDER BY s.due_at LIMIT {MOST_DUE}"""  # noqa: S608
_ALL = "SELECT code, facts FROM reactive_subjectstate WHERE tenant_id = %b AND kind = %b"
_WRITE = f"""
INSERT INTO reactive_subjectstate (tenant_id, kind, code, facts, due_at, held_until)
SELECT %b, x.kind, x.code, x.facts, to_timestamp(x.due_at), to_timestamp(x.held_until)
FROM {_ROWS.source()}
ON CONFLICT (tenant_id, kind, code) DO UPDATE
SET facts = excluded.facts, due_at = excluded.due_at, held_until = excluded.held_until"""  # noqa: S608
_DELETE = f"""
DELETE FROM reactive_subjectstate s USING {_NAMES.source()}
WHERE s.tenant_id = %b AND s.kind = x.kind AND s.code = x.code"""  # noqa: S608
_ROUSE = """
UPDATE reactive_subjectstate SET due_at = to_timestamp(%b)
WHERE tenant_id = %b AND (due_at IS NULL OR due_at > to_timestamp(%b))"""
_UNHEEDED = """
SELECT r.number FROM org_inventoryrevision r JOIN reactive_operationstream o USING (tenant_id)
WHERE r.tenant_id = %b AND r.number <> o.heeded"""
_BRING_IN = """
UPDATE reactive_operationstream
SET history_since = least(history_since, to_timestamp(%b)), history_at = %b WHERE tenant_id = %b"""
_BROUGHT_IN = """
SELECT history_since, history_at FROM reactive_operationstream
WHERE tenant_id = %b AND history_at IS NOT NULL"""
_HEED = "UPDATE reactive_operationstream SET heeded = %b WHERE tenant_id = %b"
_DUE_TENANTS = """
SELECT o.tenant_id, o.clock FROM reactive_operationstream o
JOIN tenancy_tenant t ON t.id = o.tenant_id
LEFT JOIN org_inventoryrevision r ON r.tenant_id = o.tenant_id
WHERE t.is_active AND (r.number <> o.heeded OR EXISTS (
    SELECT FROM reactive_subjectstate s WHERE s.tenant_id = o.tenant_id
    AND s.due_at <= %(now)s AND (s.held_until IS NULL OR s.held_until <= %(now)s)))
ORDER BY o.tenant_id"""


@dataclass(frozen=True, slots=True)
class Known:
    """A subject as it was left by the last batch that touched it.

    Until `held_until` time does not look at it, whatever is due: more may come of what came late.
    """

    facts: Facts
    due_at: Seconds | None
    held_until: Seconds | None = None


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """The history that somebody brought in: since when it tells, and when the last of it came."""

    since: datetime
    at: datetime


def load_clock() -> StreamClock:
    """Return how far the tenant's events are; the next one sets a clock that is damaged."""
    tenant_id = require_tenant_id()
    rows = bulk.run(_READ_CLOCK, [tenant_id])
    return (_clock(tenant_id, rows[0][0]) if rows else None) or StreamClock()


def save_clock(clock: StreamClock, now: datetime) -> None:
    packed = msgspec.msgpack.encode(clock)
    bulk.run(_WRITE_CLOCK, [uuid7(), require_tenant_id(), packed, now])


def bring_in(since: Seconds, now: datetime) -> None:
    """Remember that history came, and from when on it tells."""
    bulk.run(_BRING_IN, [since, now, require_tenant_id()])


def brought_in() -> BroughtIn | None:
    """Return what history was ever brought in for the tenant in scope."""
    rows = bulk.run(_BROUGHT_IN, [require_tenant_id()])
    return BroughtIn(*rows[0]) if rows else None


def unheeded() -> int | None:
    """Return the revision of the registers, if not all subjects have been judged by it."""
    rows = bulk.run(_UNHEEDED, [require_tenant_id()])
    return rows[0][0] if rows else None


def heed(revision: int) -> None:
    bulk.run(_HEED, [revision, require_tenant_id()])


def rouse(at: Seconds) -> None:
    """Let time look at every subject as of now: what is promised or allowed has changed."""
    bulk.run(_ROUSE, [at, require_tenant_id(), at])


def load(
    subjects: Iterable[Subject], until: Seconds | None, kinds: dict[str, type[Facts]]
) -> dict[Subject, Known]:
    """Return what is known of these subjects, and of those that time has to look at by `until`."""
    tenant_id = require_tenant_id()
    rows = [] if until is None else bulk.run(_DUE, [tenant_id, until, until])
    if names := list(subjects):
        rows += bulk.run(_TOUCHED, [*_NAMES.arrays(names), tenant_id])
    return {
        (kind, code): Known(_facts(kinds[kind], code, facts), due, held)
        for kind, code, facts, due, held in rows
        if kind in kinds
    }


def load_all(kind: type[F]) -> list[F]:
    """Return what is known of all subjects of a kind."""
    rows = bulk.run(_ALL, [require_tenant_id(), kind.kind])
    return [_facts(kind, code, facts) for code, facts in rows]


def _facts(kind: type[F], code: str, blob: bytes) -> F:
    """One subject that is damaged stops no other: it is learnt anew, with what it left open."""
    try:
        return unpack(kind, blob)
    except ReportError as error:
        named = {"tenant": require_tenant_id(), "kind": kind.kind, "subject": code}
        log.error("what is known of a subject is damaged", **named, error=str(error))
        return learnt_anew(kind, code, blob)


def save(known: Sequence[Known]) -> None:
    if known:
        rows = [
            (one.facts.kind, one.facts.code, pack(one.facts), one.due_at, one.held_until)
            for one in known
        ]
        bulk.run(_WRITE, [require_tenant_id(), *_ROWS.arrays(rows)])


def forget(subjects: Sequence[Subject]) -> None:
    if subjects:
        bulk.run(_DELETE, [*_NAMES.arrays(subjects), require_tenant_id()])


def due_tenants(now: datetime) -> list[int]:
    """Return tenants whose time has come for a subject, by their own clocks, or whose registers
    changed. Asked as `system`.
    """
    with connections["system"].cursor() as cursor:
        cursor.execute(_DUE_TENANTS, {"now": now})
        found = cursor.fetchall()
    wall = now.timestamp()
    return [tenant_id for tenant_id, clock in found if not _stands_still(tenant_id, clock, wall)]


def overdue_seconds(tenants: Sequence[int], now: datetime) -> float:
    """Return how long the subject waits that time should have looked at first, of these tenants.

    Asked as `system`.
    """
    due = SubjectState.objects.using("system").filter(
        Q(held_until=None) | Q(held_until__lte=now), tenant_id__in=tenants
    )
    first = due.aggregate(first=Min("due_at"))["first"]
    return 0.0 if first is None else max(0.0, (now - first).total_seconds())


def replaying(now: datetime) -> frozenset[int]:
    """Return the tenants whose events are of the past: the present may not judge them.

    What it said would drive their clocks on, and all that is still to come would be too late.
    Asked as `system`.
    """
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT tenant_id, clock FROM reactive_operationstream")
        found = cursor.fetchall()
    wall = now.timestamp()
    return frozenset(pk for pk, clock in found if _stands_still(pk, clock, wall))


def unsettled(now: datetime) -> frozenset[int]:
    """Return the tenants of whose days more is being told just now: those that replay, and those
    that bring in history. What is counted of a day would be wrong a minute later.

    Asked as `system`.
    """
    streams = OperationStream.everybody.using("system").filter(history_at__gt=now - HISTORY_SETTLES)
    return replaying(now) | frozenset(streams.values_list("tenant_id", flat=True))


def _stands_still(tenant_id: int, packed: bytes, wall: Seconds) -> bool:
    """A replay's clock moves with its events only, and so does one that is damaged."""
    clock = _clock(tenant_id, packed)
    return clock is None or (clock.is_replaying and clock.now(wall) < wall)


def _clock(tenant_id: int, packed: bytes) -> StreamClock | None:
    """Return the clock, None if it is damaged: that stops no other tenant."""
    try:
        return _CLOCK.decode(packed)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        log.error("the clock of a tenant's events is damaged", tenant=tenant_id, error=str(error))
        return None
