"""Group commit: what arrives while one flush is under way is the next flush.

Life-safety reports have a queue, a small reserve and a connection of their own. One connection
takes all the rest: two would halve the batches, and each statement costs more than its rows.
A request is answered once all its rows are committed.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence

import psycopg
import structlog

from watchfloor.noc.intake.reads import Refused
from watchfloor.noc.intake.store import Row, Store

log = structlog.get_logger(__name__)

PARCEL_ROWS = 1_000
FLUSH_ROWS = 2_000
RESERVE_ROWS = 2_000
QUEUE_BYTES = 64 << 20
FLUSH_SECONDS = 15.0
"""A flush that takes longer is given up: the database hangs."""
PAUSE_SECONDS = 0.5
"""After a failure requests are refused at once for so long, then one tries again."""


class Parcel:
    """Rows of one request and one lane that are committed together.

    `done` becomes None once they are on disk, else what to tell the sender.
    """

    __slots__ = ("done", "rows", "size")

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.size = sum(len(row.body) for row in rows)
        self.done: asyncio.Future[Refused | None] = asyncio.get_running_loop().create_future()


class Line:
    """A queue of parcels, the connection that serves it, and the task that moves them."""

    def __init__(self, dsn: str) -> None:
        self.store = Store(dsn)
        self.rows = 0
        self.size = 0
        self.refuse_until = 0.0
        self._parcels: deque[Parcel] = deque()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def put(self, rows: Sequence[Row]) -> list[Parcel]:
        """Queue the rows; each of the parcels returned is done when it is on disk."""
        parcels = [Parcel(rows[i : i + PARCEL_ROWS]) for i in range(0, len(rows), PARCEL_ROWS)]
        for parcel in parcels:
            self._parcels.append(parcel)
            self.rows += len(parcel.rows)
            self.size += parcel.size
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        self._wake.set()
        return parcels

    def _take(self) -> list[Parcel]:
        """Return the oldest parcels, up to the rows of one flush."""
        taken: list[Parcel] = []
        left = FLUSH_ROWS
        while self._parcels and (not taken or left >= len(self._parcels[0].rows)):
            parcel = self._parcels.popleft()
            taken.append(parcel)
            left -= len(parcel.rows)
            self.rows -= len(parcel.rows)
            self.size -= parcel.size
        return taken

    async def _run(self) -> None:
        while True:
            if parcels := self._take():
                await self._flush(parcels)
            elif self._stopping:
                return await self.store.close()
            else:
                self._wake.clear()
                await self._wake.wait()

    async def _flush(self, parcels: Sequence[Parcel]) -> None:
        error: Refused | None = unavailable("the intake was stopped")
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                await self.store.write([row for parcel in parcels for row in parcel.rows])
        except (psycopg.Error, OSError, TimeoutError) as failure:
            log.warning("intake.flush_failed", error=str(failure), parcels=len(parcels))
            self.refuse_until = time.monotonic() + PAUSE_SECONDS
            error = unavailable("the database is away")
            await self.store.close()
        else:
            error = None
        finally:
            _settle(parcels, error)

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task


class Flusher:
    """Writes rows of any tenant. Starts with the first request and outlives the database."""

    def __init__(self, dsn: str, *, queue_rows: int) -> None:
        self._queue_rows = queue_rows
        self.urgent, self.bulk = Line(dsn), Line(dsn)

    async def commit(self, rows: Sequence[Row]) -> None:
        """Return once all rows are on disk. Raises: Refused(503) where some may not be."""
        urgent = [row for row in rows if row.is_urgent]
        bulk = [row for row in rows if not row.is_urgent] if urgent else rows
        self._admit(len(urgent), len(bulk))
        errors = [await p.done for p in (*self.urgent.put(urgent), *self.bulk.put(bulk))]
        if failed := next((error for error in errors if error is not None), None):
            raise failed

    def _admit(self, urgent: int, bulk: int) -> None:
        """Refuse a request that would not fit. Life safety asks for room in its own queue only.

        What comes in one body with it passes a full queue too, up to twice its length. A body
        longer than the queue passes an empty one.
        """
        if urgent:
            is_full = self.urgent.rows and self.urgent.rows + urgent > RESERVE_ROWS
            is_full = is_full or (bulk and self.bulk.rows > 2 * self._queue_rows)
        else:
            if time.monotonic() < self.bulk.refuse_until:
                raise unavailable("the database is away")
            is_full = self.bulk.rows and self.bulk.rows + bulk > self._queue_rows
            is_full = is_full or self.bulk.size > QUEUE_BYTES
        if is_full:
            raise unavailable("the queue is full")

    async def stop(self) -> None:
        """Write what waits, then close the connections."""
        await self.urgent.stop()
        await self.bulk.stop()


def unavailable(why: str) -> Refused:
    return Refused(503, "unavailable", f"{why}: send it again", retry_after=1)


def _settle(parcels: Sequence[Parcel], error: Refused | None) -> None:
    for parcel in parcels:
        if not parcel.done.done():
            parcel.done.set_result(error)
