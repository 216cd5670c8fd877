"""API keys: 32 characters [a-z0-9], known by their SHA-256, the same in every process within 5 s.

`KeyRing` holds all live keys in memory, so that a report costs no look-up in the database. It is
read from threads and from asyncio alike: a look-up touches one dict that is replaced, not changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import select
import string
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from watchfloor.platform.accounts import places
from watchfloor.platform.errors import Unavailable
from watchfloor.platform.tenancy.connect import connect

LENGTH = 32
ALPHABET = string.ascii_lowercase + string.digits
CHANNEL = "wf_keys"
POLL_SECONDS = 2.0
# Past this age the ring may still hold a key that was revoked elsewhere: refuse instead.
STALE_SECONDS = 5.0
# A flood of made-up keys costs the database this much and no more.
SECONDS_BETWEEN_MISSES = 0.1
SECONDS_BETWEEN_MARKS = 30.0
_SHAPE = re.compile(rf"[a-z0-9]{{{LENGTH}}}")
_LOAD = """
    SELECT k.key_hash, k.id, k.tenant_id, k.integration_id, k.scopes, k.sources, k.clients,
           k.sites, k.rate_per_minute
      FROM accounts_apikey k JOIN tenancy_tenant t ON t.id = k.tenant_id
     WHERE k.revoked_at IS NULL AND t.is_active
"""
_MARK = """
    UPDATE accounts_apikey k SET last_used_at = now() - u.ago * interval '1 second'
      FROM unnest(%s::uuid[], %s::float8[]) AS u(id, ago) WHERE k.id = u.id
"""


def new_key() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def hashed(plain: str) -> bytes:
    """Return what is stored. 165 bits of chance need no slow hash."""
    return hashlib.sha256(plain.encode()).digest()


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A live key. Empty bounds bind nothing; an integration is part of each fingerprint.

    `below` is what else a key that is bound to sites may call them, and the sites below them.
    """

    key_id: UUID
    tenant_id: int
    integration_id: int
    scopes: frozenset[str]
    sources: frozenset[str] = frozenset()
    clients: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    rate_per_minute: int | None = None


class KeyRing:
    """All live keys, refreshed on NOTIFY and every 2 s by a thread with its own connection."""

    def __init__(self, alias: str = "system", *, poll_seconds: float = POLL_SECONDS) -> None:
        self._alias = alias
        self._poll_seconds = poll_seconds
        self._keys: Mapping[bytes, KeyInfo] = {}
        self._loaded_at = float("-inf")
        self._used: dict[UUID, float] = {}
        self._loading = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._woken, self._waking = os.pipe()

    def find(self, plain: str) -> KeyInfo | None:
        """Return the live key, or None. May wait for the database where the key is new to us.

        Raises `Unavailable` when revocations can no longer be heard of.
        """
        if not _SHAPE.fullmatch(plain):
            return None
        digest = hashed(plain)
        if not self.knows(digest):
            self._catch_up()
        return self._seen(self._keys.get(digest))

    def knows(self, digest: bytes) -> bool:
        """Tell whether `find` will answer at once, without touching the database."""
        return digest in self._keys and self._age() <= STALE_SECONDS

    def _seen(self, key: KeyInfo | None) -> KeyInfo | None:
        if key is not None:
            self._used[key.key_id] = time.monotonic()
        return key

    def _age(self) -> float:
        return time.monotonic() - self._loaded_at

    def _catch_up(self) -> None:
        asked_at = time.monotonic()
        self.start()
        with self._loading:
            if self._loaded_at >= asked_at:
                return  # all who asked before it began share one load
            time.sleep(max(0.0, SECONDS_BETWEEN_MISSES - self._age()))
            try:
                with connect(self._alias) as connection:
                    self._load(connection)
            except psycopg.OperationalError:
                raise Unavailable("The database is away.", retry_after=2) from None

    def _load(self, connection: psycopg.Connection[Any]) -> None:
        began = time.monotonic()
        rows = connection.execute(_LOAD).fetchall()
        below = places.names_within(connection, {_bound(row) for row in rows if row[7]})
        self._keys = {bytes(row[0]): _info(row, below) for row in rows}
        self._loaded_at = began

    def start(self) -> None:
        """Begin to refresh in the background; a second call changes nothing."""
        with self._loading:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="key-ring", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the refreshing at once; the next look-up begins it again."""
        if self._thread is None:
            return
        self._stopping.set()
        os.write(self._waking, b".")
        self._thread.join()
        self._thread = None
        os.read(self._woken, 1)
        self._stopping.clear()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with connect(self._alias) as connection:
                    self._follow(connection)
            except psycopg.OperationalError:
                self._stopping.wait(0.5)

    def _follow(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        marked_at = time.monotonic()
        while not self._stopping.is_set():
            with self._loading:
                self._load(connection)
            if time.monotonic() - marked_at > SECONDS_BETWEEN_MARKS:
                self.mark_used(connection)
                marked_at = time.monotonic()
            if not _heard(connection):
                self._sleep(connection)
                _heard(connection)

    def _sleep(self, connection: psycopg.Connection[Any]) -> None:
        """Wait for a notice, for the time to look without one, or for `stop`."""
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN)
        waiting.register(self._woken, select.POLLIN)
        waiting.poll(self._poll_seconds * 1000)

    def mark_used(self, connection: psycopg.Connection[Any]) -> None:
        """Write down when keys were last used; what a crash forgets is at most 30 s of it."""
        used, self._used = self._used, {}
        if used:
            now = time.monotonic()
            connection.execute(_MARK, (list(used), [now - at for at in used.values()]))


def _heard(connection: psycopg.Connection[Any]) -> bool:
    """Take the notices that are here, and say whether there was one."""
    return bool(list(connection.notifies(timeout=0)))


def _bound(row: tuple[Any, ...]) -> places.Bound:
    return row[2], frozenset(row[7])


def _info(row: tuple[Any, ...], below: Mapping[places.Bound, frozenset[str]]) -> KeyInfo:
    _, key_id, tenant_id, integration_id, scopes, sources, clients, sites, rate = row
    return KeyInfo(
        key_id,
        tenant_id,
        integration_id,
        frozenset(scopes),
        frozenset(sources),
        frozenset(clients),
        frozenset(sites),
        below.get(_bound(row), frozenset()),
        rate,
    )


ring = KeyRing()
