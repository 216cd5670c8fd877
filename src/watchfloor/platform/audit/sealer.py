"""Seals audit rows into each tenant's chain, in the order in which their writing became final.

A row may be sealed once every transaction that began before its own is over: nothing can then
appear before it any more. Called every half second by the pipeline process.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from watchfloor.platform.audit import anchors, chain
from watchfloor.platform.audit.models import AuditRow, AuditSeal
from watchfloor.platform.audit.moments import age_seconds, id_at

ALIAS = "system"
LOCK_CLASS = 0x57460002
BATCH = 2000
# Rows are looked for from this long before the last look: no writing takes longer to commit.
OVERLAP = timedelta(minutes=10)
# Now and then all rows are looked through, whatever their age says.
THOROUGH_EVERY = timedelta(hours=1)
# A row restored from another cluster carries a transaction number of that one. An hour after it
# was written its transaction is over all the same.
SURELY_FINAL = timedelta(hours=1)

_BARE = """
    FROM audit_auditrow r
   WHERE r.id >= %(floor)s
     AND NOT EXISTS (SELECT FROM audit_auditseal s WHERE s.row_id = r.id)
"""
_OLDEST = f"SELECT r.id {_BARE} ORDER BY r.id LIMIT 1"
_UNSEALED = f"""
     {_BARE}
     AND (r.transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
          OR r.id < %(surely_final)s)
"""
_TENANTS = f"SELECT DISTINCT r.tenant_id {_UNSEALED}"
_ROWS = f"""
    SELECT r.id {_UNSEALED} AND r.tenant_id = %(tenant)s
     ORDER BY r.transaction, r.id LIMIT {BATCH}
"""


class Sealer:
    """Remembers until when it has looked, so that an idle half second costs one small query."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None
        self._thorough_at: datetime | None = None

    def seal_pending(self, now: datetime) -> int:
        """Seal what is final; return how many rows. Several sealers at once do no harm."""
        window = {"floor": self._floor(now), "surely_final": id_at(now - SURELY_FINAL)}
        sealed = 0
        for tenant_id in _tenants(window):
            while done := _seal_batch(tenant_id, window, now):
                sealed += done
        self._looked_at = now
        return sealed

    def _floor(self, now: datetime) -> UUID:
        last, thorough = self._looked_at, self._thorough_at
        if last is None or thorough is None or now - thorough > THOROUGH_EVERY:
            self._thorough_at = now
            return UUID(int=0)
        return id_at(min(last, now) - OVERLAP)


def _tenants(window: dict[str, Any]) -> list[int]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_TENANTS, window)
        return [tenant_id for (tenant_id,) in cursor.fetchall()]


def _seal_batch(tenant_id: int, window: dict[str, Any], now: datetime) -> int:
    with transaction.atomic(using=ALIAS):
        if not _lock(tenant_id):
            return 0  # somebody else is at it
        rows = _rows(tenant_id, window)
        head = _head(tenant_id)
        seals = list(_links(rows, head, now))
        AuditSeal.everybody.using(ALIAS).bulk_create(seals)
    if seals:
        last = seals[-1]
        anchors.write(tenant_id, anchors.Anchor(last.sequence, bytes(last.digest).hex()))
    return len(seals)


def _lock(tenant_id: int) -> bool:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (LOCK_CLASS, tenant_id))
        row = cursor.fetchone()
    return bool(row and row[0])


def _rows(tenant_id: int, window: dict[str, Any]) -> list[AuditRow]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_ROWS, {**window, "tenant": tenant_id})
        ids = [row_id for (row_id,) in cursor.fetchall()]
    rows = AuditRow.everybody.using(ALIAS).in_bulk(ids)
    return [rows[row_id] for row_id in ids]


def _head(tenant_id: int) -> tuple[int, bytes]:
    seals = AuditSeal.everybody.using(ALIAS).filter(tenant_id=tenant_id)
    last = seals.order_by("-sequence").first()
    return (last.sequence, bytes(last.digest)) if last else (0, chain.BEFORE_THE_FIRST)


def _links(rows: list[AuditRow], head: tuple[int, bytes], now: datetime) -> Iterator[AuditSeal]:
    first, previous = head
    for sequence, row in zip(count(first + 1), rows, strict=False):
        previous = chain.digest(row, sequence, previous)
        yield AuditSeal(
            tenant_id=row.tenant_id, sequence=sequence, row=row, digest=previous, sealed_at=now
        )


def unsealed_seconds(now: datetime) -> float:
    """Return the age of the oldest unsealed row of all tenants, of those not over a week old."""
    window = {"floor": id_at(now - timedelta(days=7))}
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_OLDEST, window)
        found = cursor.fetchone()
    return age_seconds(found[0], now) if found else 0.0


_sealer = Sealer()


def seal_pending(now: datetime) -> int:
    """Seal what is final in all tenants; return how many rows."""
    return _sealer.seal_pending(now)
