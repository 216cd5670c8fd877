"""UUIDv7 for rows that leave the system: ordered by time, made in Python (RFC 9562)."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

_RANDOM_BITS = 74
_RANDOM_BYTES = 10
_DRAWN_AT_ONCE = 400 * _RANDOM_BYTES
"""Bytes asked of the kernel at a time: a call for each id took a fifth of the intake's time."""
_lock = threading.Lock()
_last = 0
_pool = b""


def uuid7() -> UUID:
    """Return a new id that sorts after every id made by this process before it."""
    global _last, _pool
    millis = time.time_ns() // 1_000_000
    with _lock:
        if not _pool:
            _pool = os.urandom(_DRAWN_AT_ONCE)
        drawn, _pool = _pool[:_RANDOM_BYTES], _pool[_RANDOM_BYTES:]
        fresh = (millis << _RANDOM_BITS) | (int.from_bytes(drawn, "big") >> 6)
        # Two ids within one millisecond, or a clock stepped back: stay ahead of the last one.
        _last = fresh if fresh > _last else _last + 1
        fresh = _last
    return _assemble(fresh)


def _forget_pool() -> None:
    """A forked child may not go on with the randomness of its parent."""
    global _pool
    _pool = b""


os.register_at_fork(after_in_child=_forget_pool)


def moment_of(made: UUID) -> datetime:
    """Return when a UUIDv7 was made, to the millisecond."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def derived_uuid7(parent: UUID, purpose: str) -> UUID:
    """Return the one id that belongs to `parent` for `purpose`: same time, same answer each time.

    Replaying a log must name its clusters as the first run did, so their ids may not be random.
    """
    digest = blake2b(purpose.encode(), key=parent.bytes, digest_size=_RANDOM_BYTES).digest()
    millis = parent.int >> 80
    return _assemble((millis << _RANDOM_BITS) | (int.from_bytes(digest, "big") >> 6))


def _assemble(value: int) -> UUID:
    high, low = value >> 62, value & ((1 << 62) - 1)
    millis, rand_a = high >> 12, high & 0xFFF
    return UUID(int=(millis << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | low)
