"""Group commit: what arrives while one flush is under way is the next flush.

Life-safety reports have a queue, a small reserve and a connection that serves them first; the
other connection takes the bulk. A request is answered once all its rows are committed.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence

import psycopg
import structlog

from watchfloor.noc.intake.reads import Refused
from watchfloor.noc.intake.store import Row, Store

log = structlog.get_logger(__name__)

PARCEL_ROWS = 1_000
BULK_ROWS = 2_000
NIMBLE_ROWS = 100
"""Rows that the life-safety connection takes of the bulk when it has nothing better to do: so
few that an alarm never waits long behind them."""
RESERVE_ROWS = 2_000
QUEUE_BYTES = 64 << 20
FLUSH_SECONDS = 15.0
"""A flush that takes longer is given up: the database hangs."""
PAUSE_SECONDS = 0.5
"""After a failure requests are refused at once for so long, then one tries again."""


class Parcel:
    """Rows of one request and one lane that are committed together."""

    __slots__ = ("done", "rows", "size")

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.size = sum(len(row.body) for row in rows)
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Lane:
    """A queue of parcels with a count of what waits in it."""

    def __init__(self) -> None:
        self._parcels: deque[Parcel] = deque()
        self.rows = 0
        self.size = 0

    def put(self, parcel: Parcel) -> None:
        self._parcels.append(parcel)
        self.rows += len(parcel.rows)
        self.size += parcel.size

    def take(self, limit: int) -> list[Parcel]:
        """Return the oldest parcels with at most `limit` rows together; one at least."""
        taken: list[Parcel] = []
        while self._parcels and (not taken or limit >= len(self._parcels[0].rows)):
            parcel = self._parcels.popleft()
            taken.append(parcel)
            limit -= len(parcel.rows)
            self.rows -= len(parcel.rows)
            self.size -= parcel.size
        return taken


class Flusher:
    """Writes rows of any tenant. Starts with the first request and outlives the database."""

    def __init__(self, dsn: str, *, queue_rows: int) -> None:
        self._queue_rows = queue_rows
        self._urgent, self._bulk = Lane(), Lane()
        self._stores = (Store(dsn), Store(dsn))
        self._wakes = (asyncio.Event(), asyncio.Event())
        self._tasks: list[asyncio.Task[None]] = []
        self._refuse_until = 0.0
        self._stopping = False

    async def commit(self, rows: Sequence[Row]) -> None:
        """Return once all rows are on disk. Raises: Refused(503) where some may not be."""
        urgent = [row for row in rows if row.is_urgent]
        self._admit(len(rows), bool(urgent))
        bulk = [row for row in rows if not row.is_urgent] if urgent else rows
        parcels = [*_put(self._urgent, urgent), *_put(self._bulk, bulk)]
        self._keep_running()
        self._wake()
        results = await asyncio.gather(*(p.done for p in parcels), return_exceptions=True)
        if failed := [r for r in results if isinstance(r, BaseException)]:
            raise failed[0]

    @property
    def waiting(self) -> int:
        return self._urgent.rows + self._bulk.rows

    def _admit(self, rows: int, is_urgent: bool) -> None:
        """A request with a life-safety report passes a full queue, up to the reserve."""
        if not is_urgent and time.monotonic() < self._refuse_until:
            raise unavailable("the database is away")
        limit = self._queue_rows + (RESERVE_ROWS if is_urgent else 0)
        size = self._urgent.size + self._bulk.size
        if self.waiting and (self.waiting + rows > limit or size > QUEUE_BYTES):
            raise unavailable("the queue is full")

    def _keep_running(self) -> None:
        if not self._tasks or any(task.done() for task in self._tasks):
            nimble, bulk = (self._take_nimbly, lambda: self._bulk.take(BULK_ROWS))
            self._tasks = [
                asyncio.create_task(self._run(*each))
                for each in zip(self._stores, self._wakes, (nimble, bulk), strict=True)
            ]

    def _wake(self) -> None:
        for wake in self._wakes:
            wake.set()

    def _take_nimbly(self) -> list[Parcel]:
        return self._urgent.take(BULK_ROWS) or self._bulk.take(NIMBLE_ROWS)

    async def _run(
        self, store: Store, wake: asyncio.Event, take: Callable[[], list[Parcel]]
    ) -> None:
        while True:
            if parcels := take():
                await self._flush(store, parcels)
            elif self._stopping:
                return await store.close()
            else:
                wake.clear()
                await wake.wait()

    async def _flush(self, store: Store, parcels: Sequence[Parcel]) -> None:
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                await store.write([row for parcel in parcels for row in parcel.rows])
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("intake.flush_failed", error=str(error), parcels=len(parcels))
            self._refuse_until = time.monotonic() + PAUSE_SECONDS
            await store.close()
            _settle(parcels, unavailable("the database is away"))
        except BaseException:
            _settle(parcels, unavailable("the intake was stopped"))
            raise
        else:
            _settle(parcels, None)

    async def stop(self) -> None:
        """Write what waits, then close the connections."""
        self._stopping = True
        self._wake()
        await asyncio.gather(*self._tasks)


def unavailable(why: str) -> Refused:
    return Refused(503, "unavailable", f"{why}: send it again", retry_after=1)


def _put(lane: Lane, rows: Sequence[Row]) -> list[Parcel]:
    parcels = [Parcel(rows[i : i + PARCEL_ROWS]) for i in range(0, len(rows), PARCEL_ROWS)]
    for parcel in parcels:
        lane.put(parcel)
    return parcels


def _settle(parcels: Sequence[Parcel], error: Refused | None) -> None:
    for parcel in parcels:
        if parcel.done.done():
            continue
        if error is None:
            parcel.done.set_result(None)
        else:
            parcel.done.set_exception(error)
