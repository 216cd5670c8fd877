"""Whose request it is: the key from a header, from Basic, or from the address."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping
from typing import Protocol

from watchfloor.noc.intake.reads import Refused
from watchfloor.platform.accounts.keys import KeyInfo, hashed
from watchfloor.platform.errors import Unavailable

_INGEST = frozenset({"ingest"})


class Keys(Protocol):
    """What the intake needs of the key ring."""

    def find(self, plain: str) -> KeyInfo | None: ...
    def knows(self, digest: bytes) -> bool: ...


def key_in(headers: Mapping[bytes, bytes]) -> str:
    """Return the key of the Authorization header, or nothing."""
    scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
    scheme = scheme.lower()
    if scheme in (b"bearer", b"geniekey"):
        return given.strip().decode("latin-1")
    return _password(given) if scheme == b"basic" else ""


def _password(given: bytes) -> str:
    try:
        _, _, password = base64.b64decode(given, validate=True).partition(b":")
    except binascii.Error:
        return ""
    return password.decode("latin-1").strip()


async def sender_of(plain: str, keys: Keys, *, in_address: bool) -> KeyInfo:
    """Return the live key. Raises: Refused (401, 403; 503 while the database is away)."""
    key = await _found(plain, keys) if plain else None
    if key is None:
        raise Refused(401, "unauthenticated", "no live key: send Authorization: Bearer <key>")
    if "ingest" not in key.scopes:
        raise Refused(403, "denied", "this key may not send alerts: it lacks the scope ingest")
    if in_address and key.scopes != _INGEST:
        raise Refused(
            403, "denied", "addresses are written to logs: use a key with the scope ingest alone"
        )
    return key


async def _found(plain: str, keys: Keys) -> KeyInfo | None:
    try:
        if keys.knows(hashed(plain)):
            return keys.find(plain)
        return await asyncio.to_thread(keys.find, plain)
    except Unavailable as error:
        raise Refused(503, "unavailable", error.message, retry_after=error.retry_after) from None
