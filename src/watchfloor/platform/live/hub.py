"""One listener for each web process, which hands new frames to the sockets that are open in it.

The table is the truth: after a lost notification or an outage of the database the hub reads on
from the last frame that it has handed out.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
import structlog
from psycopg.rows import TupleRow

from watchfloor.platform.listening import reaching
from watchfloor.platform.live.frames import CHANNEL

log = structlog.get_logger(__name__)

# Frames that come close together go out together: at most this later, in one message.
GATHER_SECONDS = 0.02
# A notification can be lost with its connection.
LONGEST_SLEEP = 5.0
RECONNECT_SECONDS = 0.5
# A socket that lets this many frames wait is dropped; it resumes when it comes back.
LONGEST_QUEUE = 200
# More than a hub reads at once; the rest follows in the next round.
READ_AT_ONCE = 500

Change = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    number: int
    changes: Sequence[Change]


@dataclass(eq=False)
class Subscription:
    """The frames of one tenant, waiting for one socket. `is_lost`: it fell too far behind."""

    tenant_id: int
    user_id: str
    waiting: list[Frame] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    is_lost: bool = False

    def offer(self, frames: Sequence[Frame]) -> None:
        if len(self.waiting) + len(frames) > LONGEST_QUEUE:
            self.is_lost = True
            self.waiting.clear()
        else:
            self.waiting.extend(frames)
        self.arrived.set()

    def take(self) -> list[Frame]:
        taken, self.waiting = self.waiting, []
        self.arrived.clear()
        return taken


@dataclass(frozen=True, slots=True)
class Resumed:
    """Frames after `since`; `is_whole` is False when some before them are gone."""

    frames: Sequence[Frame]
    latest: int
    is_whole: bool


_AFTER = """
SELECT f.tenant_id, f.number, f.changes
FROM unnest(%s::bigint[], %s::bigint[]) AS seen(tenant_id, number)
JOIN live_liveframe f ON f.tenant_id = seen.tenant_id AND f.number > seen.number
ORDER BY f.number LIMIT %s
"""
_BOUNDS = """
SELECT coalesce(min(number), 0), coalesce(max(number), 0) FROM live_liveframe WHERE tenant_id = %s
"""


class Hub:
    """Holds the subscriptions of this process; runs while there are any."""

    def __init__(self) -> None:
        self._subscriptions: defaultdict[int, set[Subscription]] = defaultdict(set)
        self._handed_out: dict[int, int] = {}
        self._task: asyncio.Task[None] | None = None
        self._reader: psycopg.AsyncConnection[TupleRow] | None = None
        self._reading = asyncio.Lock()

    def sockets_of(self, user_id: str) -> int:
        return sum(s.user_id == user_id for held in self._subscriptions.values() for s in held)

    def sockets(self) -> int:
        return sum(len(held) for held in list(self._subscriptions.values()))

    def subscribe(self, tenant_id: int, user_id: str) -> Subscription:
        """Begin to gather frames. Call `resume` next: it says from which frame on they count."""
        subscription = Subscription(tenant_id, user_id)
        self._subscriptions[tenant_id].add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        held = self._subscriptions[subscription.tenant_id]
        held.discard(subscription)
        if not held:
            del self._subscriptions[subscription.tenant_id]
            self._handed_out.pop(subscription.tenant_id, None)

    async def resume(self, tenant_id: int, since: int | None) -> Resumed:
        """Return what a page that has seen frame `since` has missed; None has seen nothing yet.

        Frames after `Resumed.latest` come through the subscription, perhaps with some before it.
        """
        async with self._reading:
            resumed = await _missed(await self._own_reader(), tenant_id, since)
        seen = self._handed_out.get(tenant_id, resumed.latest)
        self._handed_out[tenant_id] = min(seen, resumed.latest)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
        return resumed

    async def _own_reader(self) -> psycopg.AsyncConnection[TupleRow]:
        """Return the one connection for resuming: a thousand pages may come back at once."""
        if self._reader is None or self._reader.closed or self._reader.broken:
            self._reader = await _connect()
        return self._reader

    async def _run(self) -> None:
        while self._subscriptions:
            try:
                async with await _connect() as connection:
                    await self._hand_out_while_needed(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("live channel lost the database", error=str(error).strip())
                await asyncio.sleep(RECONNECT_SECONDS)
        if self._reader is not None:
            await self._reader.close()

    async def _hand_out_while_needed(self, connection: psycopg.AsyncConnection[TupleRow]) -> None:
        await connection.execute(f"LISTEN {CHANNEL}".encode())
        while self._subscriptions:
            while await self._hand_out(connection):
                continue
            async for _ in connection.notifies(timeout=LONGEST_SLEEP, stop_after=1):
                continue
            await asyncio.sleep(GATHER_SECONDS)

    async def _hand_out(self, connection: psycopg.AsyncConnection[TupleRow]) -> bool:
        """Give every tenant's new frames to its sockets; True when there may be more."""
        tenants, seen = list(self._handed_out), list(self._handed_out.values())
        cursor = await connection.execute(_AFTER.encode(), (tenants, seen, READ_AT_ONCE))
        rows = await cursor.fetchall()
        fresh: defaultdict[int, list[Frame]] = defaultdict(list)
        for tenant_id, number, changes in rows:
            fresh[tenant_id].append(Frame(number, changes))
        for tenant_id, frames in fresh.items():
            if tenant_id in self._handed_out:
                self._handed_out[tenant_id] = frames[-1].number
            for subscription in self._subscriptions.get(tenant_id, ()):
                subscription.offer(frames)
        return len(rows) == READ_AT_ONCE


async def _missed(
    connection: psycopg.AsyncConnection[TupleRow], tenant_id: int, since: int | None
) -> Resumed:
    """The oldest frame that is kept proves that everything after it is there too."""
    cursor = await connection.execute(_BOUNDS.encode(), (tenant_id,))
    oldest, newest = await cursor.fetchone() or (0, 0)
    if since is None or since == newest:
        return Resumed((), newest, is_whole=True)
    if not oldest <= since < newest:
        return Resumed((), newest, is_whole=False)
    cursor = await connection.execute(_AFTER.encode(), ([tenant_id], [since], LONGEST_QUEUE + 1))
    frames = [Frame(number, changes) for _, number, changes in await cursor.fetchall()]
    if len(frames) > LONGEST_QUEUE:
        return Resumed((), newest, is_whole=False)
    return Resumed(frames, frames[-1].number, is_whole=True)


async def _connect() -> psycopg.AsyncConnection[TupleRow]:
    return await psycopg.AsyncConnection.connect(**reaching())


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def open_sockets() -> int:
    """Return how many sockets hang on this process."""
    return sum(found.sockets() for found in list(_hubs.values()))


def hub() -> Hub:
    """Return the hub of the running event loop: a web process has one loop, so one hub."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
