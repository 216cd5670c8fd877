"""The intake's SQL: rows, identities and the call to the drain, all in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec
import psycopg

from watchfloor.aiops.alerts.report import Report, encode
from watchfloor.aiops.operation import stored
from watchfloor.aiops.operation.stored import Arrived
from watchfloor.aiops.types import Seconds
from watchfloor.noc.intake.models import REPORT_LANES, Identity, IntakeRecord, Lane
from watchfloor.platform.ids import uuid7

CHANNEL = "wf_intake"
EVENT_CHANNEL = "wf_events"
_RECORDS, _IDENTITIES = IntakeRecord._meta.db_table, Identity._meta.db_table

# Sorted, so that two flushes with the same identities wait for each other instead of deadlocking.
# The row of an identity that is already known is left out and returned.
_WRITE = f"""
WITH input AS MATERIALIZED (
    SELECT * FROM unnest(%b::text[]::uuid[], %b::bigint[], %b::smallint[], %b::bytea[],
                         %b::float8[], %b::bigint[], %b::bytea[])
        AS row(event_id, tenant_id, lane, body, received_at, integration_id, identity)
), claimed AS (
    INSERT INTO {_IDENTITIES} (tenant_id, integration_id, identity, event_id, seen_at)
    SELECT tenant_id, integration_id, identity, event_id, to_timestamp(received_at)
      FROM input WHERE identity IS NOT NULL
     ORDER BY tenant_id, integration_id, identity, event_id
    ON CONFLICT DO NOTHING
    RETURNING event_id
), stored AS (
    INSERT INTO {_RECORDS} (event_id, tenant_id, lane, body, received_at)
    SELECT event_id, tenant_id, lane, body, to_timestamp(received_at)
      FROM input
     WHERE identity IS NULL OR event_id IN (SELECT event_id FROM claimed)
)
SELECT (SELECT count(pg_notify(channel, call))
          FROM unnest(%b::text[], %b::text[]) AS calls(channel, call)),
       (SELECT array_agg(replace(event_id::text, '-', '')) FROM input
         WHERE identity IS NOT NULL AND event_id NOT IN (SELECT event_id FROM claimed))
"""  # noqa: S608  table names of our own models
_WINNERS = f"""
SELECT asked.number, replace(known.event_id::text, '-', '')
  FROM unnest(%b::int[], %b::bigint[], %b::bigint[], %b::bytea[], %b::float8[])
           AS asked(number, tenant_id, integration_id, identity, since)
  JOIN {_IDENTITIES} known USING (tenant_id, integration_id, identity)
 WHERE known.seen_at >= to_timestamp(asked.since)
"""  # noqa: S608


class Repeat(msgspec.Struct, frozen=True):
    """For an identity that holds a short time only: what it was in the period before this one."""

    identity: bytes
    since: Seconds


class Row(msgspec.Struct):
    """A report or an event on its way to disk. After the flush `answer` is the id to tell."""

    report: Report | Arrived
    tenant_id: int
    is_urgent: bool
    body: bytes
    identity: bytes | None
    answer: str
    repeat: Repeat | None = None


def row_of(
    report: Report, tenant_id: int, *, is_urgent: bool, repeat_seconds: int | None = None
) -> Row:
    """Return the row; with `repeat_seconds` its identity holds for so long and not for 7 days."""
    name, repeat = report.identity, None
    if name is not None and repeat_seconds is not None:
        period = int(report.received_at // repeat_seconds)
        repeat = Repeat(_digest(f"{name}:{period - 1}"), report.received_at - repeat_seconds)
        name = f"{name}:{period}"
    identity = None if name is None else _digest(name)
    return Row(report, tenant_id, is_urgent, encode(report), identity, report.event_id, repeat)


def event_row(event: Arrived, tenant_id: int, *, is_urgent: bool) -> Row:
    digest = None if event.identity is None else _digest(event.identity)
    return Row(event, tenant_id, is_urgent, stored.encode(event), digest, event.event_id)


def channel_of(lane: int) -> str:
    """Return where the drain listens that works this lane."""
    return CHANNEL if lane in REPORT_LANES else EVENT_CHANNEL


def _digest(identity: str) -> bytes:
    return blake2b(identity.encode(), digest_size=16).digest()


class Store:
    """One connection of the intake role; opened when needed, opened again after a failure."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def write(self, rows: Sequence[Row]) -> None:
        """Commit all rows. A known identity answers as the first one did; a report's is a touch.

        Raises: psycopg.Error, OSError; the connection is then to be closed.
        """
        repeats = await self._claim(await self._after_border(rows))
        while repeats:
            known = await self._winners([(row, row.identity, 0.0) for row in repeats])
            touches = [
                touch
                for i, row in enumerate(repeats)
                if i in known and (touch := _touch(row, known[i])) is not None
            ]
            # An identity that was pruned in between is no longer known: it is claimed again.
            again = [row for i, row in enumerate(repeats) if i not in known]
            repeats = await self._claim([*touches, *again])

    async def _after_border(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Turn repeats of what came just before the border of two periods into touches."""
        short = [(row, row.repeat) for row in rows if row.repeat is not None]
        if not short:
            return rows
        known = await self._winners([(row, r.identity, r.since) for row, r in short])
        for number, winner in known.items():
            _touch(short[number][0], winner)
        return rows

    async def _claim(self, rows: Sequence[Row]) -> list[Row]:
        """Write the rows; return those that were not, because their identity is known."""
        if not rows:
            return []
        calls = sorted({(channel_of(_lane(row)), f"{row.tenant_id}:{_lane(row)}") for row in rows})
        connection = await self._open()
        cursor = await connection.execute(
            _WRITE,
            (
                [row.report.event_id for row in rows],
                [row.tenant_id for row in rows],
                [_lane(row) for row in rows],
                [row.body for row in rows],
                [row.report.received_at for row in rows],
                [row.report.integration for row in rows],
                [None if _is_touch(row) else row.identity for row in rows],
                [channel for channel, _ in calls],
                [call for _, call in calls],
            ),
        )
        answer = await cursor.fetchone()
        left_out = set(answer[1] or ()) if answer else set()
        return [row for row in rows if row.report.event_id in left_out]

    async def _winners(self, asked: Sequence[tuple[Row, bytes | None, Seconds]]) -> dict[int, str]:
        """Return, by number, the event that an identity seen since then belongs to."""
        connection = await self._open()
        cursor = await connection.execute(
            _WINNERS,
            (
                list(range(len(asked))),
                [row.tenant_id for row, _, _ in asked],
                [row.report.integration for row, _, _ in asked],
                [identity for _, identity, _ in asked],
                [since for _, _, since in asked],
            ),
        )
        return dict(await cursor.fetchall())

    async def _open(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._dsn, autocommit=True, connect_timeout=3, prepare_threshold=0
            )
        return self._connection

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def lane_of(event: Arrived, *, is_urgent: bool = False) -> Lane:
    if event.is_history:
        return Lane.HISTORY
    return Lane.EVENT_LIFE_SAFETY if is_urgent else Lane.EVENT


def _lane(row: Row) -> int:
    if isinstance(row.report, Arrived):
        return lane_of(row.report, is_urgent=row.is_urgent)
    return Lane.LIFE_SAFETY if row.is_urgent else Lane.NORMAL


def _is_touch(row: Row) -> bool:
    return isinstance(row.report, Report) and row.report.is_touch


def _touch(row: Row, winner: str) -> Row | None:
    """Turn the row into the trace of a repeat: a record of its own that counts nothing.

    A repeated event leaves none.
    """
    row.answer = winner
    if isinstance(row.report, Arrived):
        return None
    row.report = msgspec.structs.replace(row.report, event_id=uuid7().hex, is_touch=True)
    row.body = encode(row.report)
    return row
