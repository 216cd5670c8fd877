"""The time that a UUIDv7 carries: when its row was made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID


def id_at(at: datetime) -> UUID:
    """Return the least UUIDv7 of that time."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def age_seconds(row_id: UUID, now: datetime) -> float:
    """Return the time since a UUIDv7 was made, 0 where it seems yet to come."""
    return max(0.0, now.timestamp() - (row_id.int >> 80) / 1000)
