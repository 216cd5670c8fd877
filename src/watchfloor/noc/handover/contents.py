"""What a handover says. It holds no names of persons: a call names its contact by id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

MOST = 200
"""Lines of each list; the worst, or the newest, are kept."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """An open incident, and what the next one must know of it."""

    id: UUID
    number: int
    title: str
    severity: int
    state: str
    is_life_safety: bool
    place: str
    opened_at: datetime
    owner: str
    """Whom it was given to, else who acknowledged it; empty: nobody has it."""
    snoozed_until: datetime | None
    next_step: str
    note: str = ""
    noted_at: datetime | None = None
    noted_by: str = ""


class Alarm(msgspec.Struct, frozen=True):
    """Life safety that came in the shift."""

    id: UUID
    number: int
    title: str
    place: str
    opened_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str

    @property
    def took(self) -> timedelta | None:
        """Return how long it was until somebody acknowledged it."""
        return self.acknowledged_at - self.opened_at if self.acknowledged_at else None


class Came(msgspec.Struct, frozen=True):
    """Incidents of one severity that were opened in the shift, and how many are still open."""

    severity: int
    number: int
    open: int


class Ended(msgspec.Struct, frozen=True):
    """Incidents that ended in the shift, by what they turned out to be, or why nobody said."""

    disposition: str
    by: str
    number: int


class Call(msgspec.Struct, frozen=True):
    incident_id: UUID
    incident: int
    at: datetime
    by: str
    said: str
    contact_id: UUID


class Skipped(msgspec.Struct, frozen=True):
    """A step of a standing order that was left out."""

    incident_id: UUID
    incident: int
    at: datetime
    by: str
    order: str
    step: int
    text: str
    reason: str


class Ending(msgspec.Struct, frozen=True):
    """A test, window or silence that holds, and ends in the next shift."""

    kind: str
    about: str
    why: str
    ends_at: datetime


class Quiet(msgspec.Struct, frozen=True):
    """Alerts that began in the shift and are kept quiet, by the kind of reason."""

    reason: str
    number: int


class Desk(msgspec.Struct, frozen=True):
    """What somebody did in the shift, and how much they hold at its end."""

    name: str
    acknowledged: int
    resolved: int
    calls: int
    notes: int
    holds: int


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    work: list[Work]
    alarms: list[Alarm]
    came: list[Came]
    ended: list[Ended]
    calls: list[Call]
    skipped: list[Skipped]
    endings: list[Ending]
    quiet: list[Quiet]
    released: int
    """Alerts of which people let others hear in the shift."""
    desks: list[Desk]

    @property
    def snoozed(self) -> Sequence[Work]:
        return [one for one in self.work if one.snoozed_until]


def stored(contents: Contents) -> object:
    """Return them as a row keeps them."""
    return msgspec.to_builtins(contents)


def read(kept: object) -> Contents:
    return msgspec.convert(kept, Contents)
