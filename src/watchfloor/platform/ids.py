"""UUIDv7 for rows that leave the system: ordered by time, made in Python (RFC 9562)."""

from __future__ import annotations

import os
import threading
import time
from hashlib import blake2b
from uuid import UUID

_RANDOM_BITS = 74
_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """Return a new id that sorts after every id made by this process before it."""
    global _last
    millis = time.time_ns() // 1_000_000
    fresh = (millis << _RANDOM_BITS) | (int.from_bytes(os.urandom(10), "big") >> 6)
    with _lock:
        # Two ids within one millisecond, or a clock stepped back: stay ahead of the last one.
        _last = fresh if fresh > _last else _last + 1
        fresh = _last
    return _assemble(fresh)


def derived_uuid7(parent: UUID, purpose: str) -> UUID:
    """Return the one id that belongs to `parent` for `purpose`: same time, same answer each time.

    Replaying a log must name its clusters as the first run did, so their ids may not be random.
    """
    digest = blake2b(purpose.encode(), key=parent.bytes, digest_size=10).digest()
    millis = parent.int >> 80
    return _assemble((millis << _RANDOM_BITS) | (int.from_bytes(digest, "big") >> 6))


def _assemble(value: int) -> UUID:
    high, low = value >> 62, value & ((1 << 62) - 1)
    millis, rand_a = high >> 12, high & 0xFFF
    return UUID(int=(millis << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | low)
