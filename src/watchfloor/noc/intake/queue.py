"""The intake from behind: which tenants have something waiting, and taking it.

Reports and events are worked by different drains: each asks for its own lanes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections

from watchfloor.noc.intake.models import REPORT_LANES, Lane
from watchfloor.platform import bulk
from watchfloor.platform.tenancy.context import require_tenant_id

_BESIDES = """
SELECT EXISTS (
    SELECT FROM intake_intakerecord
    WHERE tenant_id = %b AND quarantined_at IS NULL AND lane BETWEEN %b AND %b
      AND NOT event_id = ANY(%b::uuid[]))"""

Lanes = tuple[Lane, Lane]
"""The first and the last of those asked for."""

# Jumps from tenant to tenant in the index: the cost is of the tenants, not of what waits.
_WAITING = """
WITH RECURSIVE busy AS (
    (SELECT tenant_id FROM intake_intakerecord WHERE quarantined_at IS NULL
     ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT r.tenant_id FROM intake_intakerecord r
            WHERE r.quarantined_at IS NULL AND r.tenant_id > busy.tenant_id
            ORDER BY r.tenant_id LIMIT 1)
    FROM busy WHERE busy.tenant_id IS NOT NULL
)
SELECT busy.tenant_id, first.lane, first.event_id
FROM busy CROSS JOIN LATERAL (
    SELECT r.lane, r.event_id FROM intake_intakerecord r
    WHERE r.tenant_id = busy.tenant_id AND r.quarantined_at IS NULL
      AND r.lane BETWEEN %s AND %s
    ORDER BY r.lane, r.event_id LIMIT 1
) AS first
WHERE busy.tenant_id IS NOT NULL"""

_PENDING = """
SELECT replace(event_id::text, '-', ''), lane, body FROM intake_intakerecord
WHERE tenant_id = %b AND quarantined_at IS NULL AND lane BETWEEN %b AND %b
ORDER BY lane, event_id LIMIT %b"""
_THESE = """
SELECT replace(event_id::text, '-', ''), lane, body FROM intake_intakerecord
WHERE tenant_id = %b AND quarantined_at IS NULL AND event_id = ANY(%b::uuid[])
ORDER BY lane, event_id"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A tenant for which something waits, and the first of it."""

    tenant_id: int
    lane: int
    event_id: UUID


@dataclass(frozen=True, slots=True)
class Record:
    event_id: str
    """32 hex digits."""
    lane: int
    body: bytes


def waiting(lanes: Lanes = REPORT_LANES) -> list[Waiting]:
    """Return all tenants for which something waits in these lanes. Asked as `system`."""
    with connections["system"].cursor() as cursor:
        cursor.execute(_WAITING, lanes)
        return [Waiting(*row) for row in cursor.fetchall()]


def take(most: int, lanes: Lanes = REPORT_LANES) -> list[Record]:
    """Return the tenant's oldest records of its most urgent lane, one lane alone."""
    rows = [Record(*row) for row in bulk.run(_PENDING, [require_tenant_id(), *lanes, most])]
    return [row for row in rows if row.lane == rows[0].lane]


def take_these(event_ids: Sequence[str]) -> list[Record]:
    rows = bulk.run(_THESE, [require_tenant_id(), list(event_ids)])
    return [Record(*row) for row in rows]


def is_waiting(lanes: Lanes, *, besides: Sequence[str] = ()) -> bool:
    """Return whether anything of the tenant waits in these lanes besides these."""
    [(found,)] = bulk.run(_BESIDES, [require_tenant_id(), *lanes, list(besides)])
    return bool(found)


def delete(event_ids: Sequence[str]) -> None:
    """Forget what was worked, in the transaction that worked them; what it set aside is kept."""
    bulk.run(
        "DELETE FROM intake_intakerecord WHERE tenant_id = %b AND quarantined_at IS NULL"
        " AND event_id = ANY(%b::uuid[])",
        [require_tenant_id(), list(event_ids)],
    )


def quarantine(event_id: str, error: str, now: datetime) -> None:
    """Set a record aside that cannot be worked, with the reason; it is kept."""
    bulk.run(
        "UPDATE intake_intakerecord SET quarantined_at = %b, error = %b"
        " WHERE tenant_id = %b AND event_id = %b::uuid",
        [now, error[:2000].replace("\x00", ""), require_tenant_id(), event_id],
    )
