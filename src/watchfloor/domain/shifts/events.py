"""What others may hear of shifts, after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from watchfloor.platform.events import bus

MANNED = "shifts.manned"
"""Who is on shifts that go on, or is to be, is otherwise than before: `shift_ids`."""


def manned(shift_ids: Iterable[UUID], *, at: datetime) -> None:
    """Tell it of these shifts, if there are any, in the caller's transaction."""
    if told := sorted(map(str, shift_ids)):
        bus.publish(MANNED, {"shift_ids": told}, at=at)
