"""What a compared day says. Times are in UTC, durations in seconds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from watchfloor.aiops.rehearsal.figures import Load
from watchfloor.aiops.types import Seconds


class Example(msgspec.Struct, frozen=True):
    """One thing that both sides treated differently. `incident_id` is None where we have none."""

    title: str
    at: datetime
    """When the present system's people acknowledged it or, where they never did, we showed it."""
    incident_id: UUID | None = None
    number: int | None = None
    earlier: Seconds = 0.0
    """How long before them we showed it; below 0: after them."""
    reason: str = ""
    """Why ours is hidden: a kind of `aiops.alerts.suppression`; empty where it is merely not
    listed."""


class Figures(msgspec.Struct, frozen=True):
    acts: int
    """Of the present system within the period and place."""
    unmatched: int
    """Of these, about alarms that we know nothing of."""
    operators: int
    theirs: Load | None
    """None where no `opened` acts were imported."""
    ours: Load
    opened: int
    """Alarms that the present system showed."""
    incidents: int
    """Incidents that we showed."""
    compared: int
    """Incidents of ours that their people acknowledged."""
    earlier: int
    """Of these, shown by us before they acknowledged."""
    usual_lead: Seconds | None
    """Half of the compared are found at least so much earlier."""
    hidden: int
    """Alarms that their people acknowledged and we kept quiet."""
    unknown: int
    """Alarms that their people acknowledged and of which no report came to us."""
    never: int
    """Incidents that we showed and of which they did nothing."""
    hidden_by: dict[str, int]
    examples_earlier: list[Example]
    examples_later: list[Example]
    examples_hidden: list[Example]
    examples_never: list[Example]
