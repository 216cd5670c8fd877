"""Frames on their way to open pages: written by the relay, read by the hubs of the web processes.

Numbers ascend within a tenant in the order of commits, because frames are written by handlers
only, under the relay's lock of the tenant. Whoever has seen frame n has missed nothing before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connections

from watchfloor.platform.live.models import LiveFrame

CHANNEL = "wf_live"
KEPT = timedelta(minutes=15)
# What a page gets in one message; a storm's list of rows is cut into several.
LARGEST_FRAME = 60_000

_INSERT = """
WITH made AS (
    INSERT INTO live_liveframe (tenant_id, changes, created_at)
    VALUES (%s, %s::jsonb, %s) RETURNING number
) SELECT pg_notify(%s, %s || ':' || number) FROM made
"""
# The newest frame of a tenant stays, however old: it is what a quiet page has seen last.
_PRUNE = """
DELETE FROM live_liveframe f WHERE created_at < %s AND EXISTS (
    SELECT FROM live_liveframe later WHERE later.tenant_id = f.tenant_id AND later.number > f.number
)
"""


def publish(tenant_id: int, changes: Sequence[Mapping[str, Any]], *, at: datetime) -> None:
    """Tell open pages of `changes`: mappings with `kind`, `id`, `client_id`, `site_id`, `row`.

    To be called by event handlers. UUIDs and times may stay what they are.
    """
    with connections["system"].cursor() as cursor:
        for encoded in _parts(changes):
            cursor.execute(_INSERT, (tenant_id, encoded, at, CHANNEL, str(tenant_id)))


def latest(tenant_id: int) -> int:
    """Return the number of the tenant's newest frame, 0 before the first.

    A page reads it before its list, and asks the socket for what came after.
    """
    newest = LiveFrame.everybody.using("system").filter(tenant_id=tenant_id).order_by("-number")
    return newest.values_list("number", flat=True).first() or 0


def prune(now: datetime) -> int:
    """Delete frames older than 15 minutes; return how many."""
    with connections["system"].cursor() as cursor:
        cursor.execute(_PRUNE, (now - KEPT,))
        return int(cursor.rowcount)


def _parts(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    part: list[bytes] = []
    size = 0
    for change in changes:
        encoded = msgspec.json.encode(change)
        if part and size + len(encoded) > LARGEST_FRAME:
            yield _listed(part)
            part, size = [], 0
        part.append(encoded)
        size += len(encoded)
    if part:
        yield _listed(part)


def _listed(encoded: list[bytes]) -> str:
    return "[" + b",".join(encoded).decode() + "]"
