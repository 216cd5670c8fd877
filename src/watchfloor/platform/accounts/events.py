"""What accounts tell the others."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from watchfloor.platform.events import bus

ACCESS_CHANGED = "accounts.access_changed"


def access_changed(user_id: UUID, *, at: datetime) -> None:
    """Tell that the user's sessions or roles are not what they were."""
    bus.publish(ACCESS_CHANGED, {"user_id": str(user_id)}, at=at)
