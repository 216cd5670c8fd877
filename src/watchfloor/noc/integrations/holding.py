"""Messages that do not leave at once, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from watchfloor.noc.incidents import watched
from watchfloor.noc.integrations.models import Delivery, DeliveryState

URGENT = 0
"""The lane of life safety."""
HELD = timedelta(seconds=10)
"""So long pages offer to take an act back."""


def hold(messages: Sequence[Delivery], *, at: datetime) -> None:
    """Let those wait that are not of life safety: the act behind them may be taken back."""
    for one in messages:
        if one.lane != URGENT:
            one.is_held, one.next_at = True, at + HELD


def withhold(messages: Sequence[Delivery]) -> None:
    """Mark those that are not to leave."""
    ids = {one.incident_id for one in messages if one.incident_id is not None}
    only_watched = watched.among(ids)
    for one in messages:
        if one.incident_id in only_watched:
            one.state, one.withheld_by = DeliveryState.WITHHELD, watched.WATCHED
