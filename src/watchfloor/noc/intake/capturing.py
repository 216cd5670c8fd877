"""Keeping bodies of any shape for a while, so that somebody can map them by what they look like."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import structlog

from watchfloor.aiops.types import Seconds
from watchfloor.noc.intake.models import CapturedBody
from watchfloor.noc.intake.native import document
from watchfloor.noc.intake.reads import Refused
from watchfloor.platform.ids import uuid7
from watchfloor.platform.masking import without_any_secret

log = structlog.get_logger(__name__)

MOST_BYTES = 64_000
MOST_BODIES = 100
"""Of one capture; what is older goes with the next round of the scheduler."""
PERIOD = 60.0
PATIENCE = 1.0
"""Seconds that a sender's answer waits for this at most: its alerts are on disk by then."""
_INSERT = f"""
INSERT INTO {CapturedBody._meta.db_table} (id, tenant_id, capture_id, received_at, body)
VALUES (%s, %s, %s, to_timestamp(%s), %s)"""  # noqa: S608  table name of our own model


class Captures:
    """Writes bodies as the intake's role, at most a hundred of a capture in a minute."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._turn = asyncio.Lock()
        self._kept: Counter[UUID] = Counter()
        self._since = 0.0

    async def keep(self, capture: UUID, tenant_id: int, body: bytes, at: Seconds) -> None:
        """Keep the body if it can be mapped at all. What fails here is no sender's concern."""
        masked = as_kept(body)
        if masked is None or not self._may(capture, time.monotonic()):
            return
        try:
            async with asyncio.timeout(PATIENCE), self._turn:
                connection = await self._open()
                await connection.execute(_INSERT, (uuid7(), tenant_id, capture, at, masked))
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("intake.capture_failed", error=str(error))
            await self.stop()

    def _may(self, capture: UUID, at: float) -> bool:
        if at - self._since > PERIOD:
            self._kept.clear()
            self._since = at
        self._kept[capture] += 1
        return self._kept[capture] <= MOST_BODIES

    async def _open(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._dsn, autocommit=True, connect_timeout=3
            )
        return self._connection

    async def stop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def as_kept(body: bytes) -> bytes | None:
    """Return the body without secrets, None where it is too large or no JSON object or list."""
    if len(body) > MOST_BYTES:
        return None
    try:
        value = document(body)
        if not isinstance(value, (dict, list)):
            return None
        return msgspec.json.encode(without_any_secret(value))
    except (Refused, RecursionError):
        return None
