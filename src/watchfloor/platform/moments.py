"""Between the core's seconds and the database's moments."""

from __future__ import annotations

from datetime import UTC, datetime

from watchfloor.aiops.types import Seconds


def moment(at: Seconds) -> datetime:
    """Return unix seconds as an aware moment in UTC."""
    return datetime.fromtimestamp(at, UTC)


def seconds(at: datetime | None) -> Seconds | None:
    """Return a moment as unix seconds; of none, none."""
    return at.timestamp() if at else None
