"""What desks tell the others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from watchfloor.platform.events import bus

OFFERED = "desks.offered"


def offers_changed(incident_ids: Collection[UUID], *, at: datetime) -> None:
    """Tell that these are offered to somebody else than before, or to nobody."""
    if incident_ids:
        bus.publish(OFFERED, {"incident_ids": sorted(map(str, incident_ids))}, at=at)
