"""The chain of seals: each digest covers a row, its place, and the digest before it.

The key is not in the database: who can alter rows there cannot make digests that fit.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from watchfloor.platform.audit.models import AuditRow

BEFORE_THE_FIRST = bytes(32)


def digest(row: AuditRow, sequence: int, previous: bytes) -> bytes:
    """Return the 32 bytes that seal `row` as the tenant's `sequence`-th (counted from 1)."""
    message = previous + sequence.to_bytes(8, "big") + canonical(row)
    return hmac.digest(_key(settings.AUDIT_KEY or settings.SECRET_KEY), message, hashlib.sha256)


def canonical(row: AuditRow) -> bytes:
    """Return the row as bytes, the same for the same content. Take it as the database gives it."""
    values = {
        "id": str(row.pk),
        "tenant": row.tenant_id,
        "at": row.at.isoformat(),
        "actor": [row.actor_kind, row.actor_id],
        "action": row.action,
        "object": [row.object_kind, row.object_id],
        "before": row.before,
        "after": row.after,
        "request": row.request_id,
        "ip": row.ip,
        "transaction": row.transaction,
    }
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()


@cache
def _key(secret: str) -> bytes:
    # A key of its own from the signing key: what leaks of one tells nothing of the other.
    derivation = HKDF(SHA256(), length=32, salt=None, info=b"watchfloor audit chain")
    return derivation.derive(secret.encode())
