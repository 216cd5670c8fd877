"""A Channels layer over NOTIFY: groups are kept by each process, messages go to all of them.

For small control messages (a session ends, a page should look again): PostgreSQL takes at most
8,000 bytes, and what is sent while a process is away from the database does not reach it.
"""

import asyncio
import json
import os
import threading
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import psycopg
from channels.layers import InMemoryChannelLayer
from psycopg.rows import TupleRow

from watchfloor.embedded.roles import APP, VARIABLES

NOTIFICATION = "channels_message"
LARGEST_PAYLOAD = 7999
RECONNECT_SECONDS = 0.5


class PostgresChannelLayer(InMemoryChannelLayer):  # type: ignore[misc]  # it has no types
    extensions: ClassVar[list[str]] = ["groups", "flush"]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._listeners: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[None]]
        self._listeners = WeakKeyDictionary()
        self._sending: psycopg.Connection[TupleRow] | None = None
        self._one_at_a_time = threading.Lock()

    async def group_add(self, group: str, channel: str) -> None:
        await super().group_add(group, channel)
        self._listen()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.require_valid_group_name(group)
        await asyncio.to_thread(self._notify, {"group": group, "message": message})

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        if self._is_here(channel):
            await super().send(channel, message)
        else:
            self.require_valid_channel_name(channel)
            await asyncio.to_thread(self._notify, {"channel": channel, "message": message})

    async def receive(self, channel: str) -> Any:
        self._listen()
        return await super().receive(channel)

    async def close(self) -> None:
        for task in list(self._listeners.values()):
            task.cancel()
        if self._sending is not None:
            self._sending.close()

    def _is_here(self, channel: str) -> bool:
        return channel in self.channels or any(channel in held for held in self.groups.values())

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        task = self._listeners.get(loop)
        if task is None or task.done():
            self._listeners[loop] = loop.create_task(self._hear())

    async def _hear(self) -> None:
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(_dsn(), autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {NOTIFICATION}".encode())
                    async for notification in connection.notifies():
                        await self._deliver(json.loads(notification.payload))
            except psycopg.OperationalError:
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _deliver(self, envelope: dict[str, Any]) -> None:
        if group := envelope.get("group"):
            await super().group_send(group, envelope["message"])
        elif self._is_here(envelope["channel"]):
            await super().send(envelope["channel"], envelope["message"])

    def _notify(self, envelope: dict[str, Any]) -> None:
        payload = json.dumps(envelope)
        if len(payload) > LARGEST_PAYLOAD:
            raise ValueError(f"a message of {len(payload)} bytes: send ids, not contents")
        with self._one_at_a_time:
            try:
                self._execute_notify(payload)
            except psycopg.OperationalError:  # the connection died idle: once more on a new one
                self._sending = None
                self._execute_notify(payload)

    def _execute_notify(self, payload: str) -> None:
        if self._sending is None:
            self._sending = psycopg.connect(_dsn(), autocommit=True)
        self._sending.execute("SELECT pg_notify(%s, %s)", (NOTIFICATION, payload))


def _dsn() -> str:
    return os.environ[VARIABLES[APP]]
