"""What the pillars count: of one site and one of its days, by code or id, in unix seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watchfloor.aiops.types import Seconds, Severity


@dataclass(frozen=True, slots=True)
class Stood:
    """A rostered person on a shift that ended this day. `came_at` is their own check-in."""

    shift: str
    person: str
    ends_at: Seconds
    came_at: Seconds | None
    left_at: Seconds | None
    broke: Sequence[str] = ()
    """What of the law was broken, in words."""
    has_papers: bool = True
    """Whether the registers say how the person works here."""
    is_end_known: bool = True
    """Whether licences say until when the person has the skills that the post needs."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A shift that began this day, and how many it needs."""

    shift: str
    required: int
    starts_at: Seconds
    came: Sequence[Seconds]
    """When those came who were rostered for it."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An incident that was opened this day, or a finding."""

    ref: str
    severity: Severity
    is_life_safety: bool
    opened_at: Seconds
    acknowledged_at: Seconds | None
    ended_at: Seconds | None
    """When it was over by itself or was resolved."""


@dataclass(frozen=True, slots=True)
class Help:
    """Field support: a ticket that was closed this day, or ran out of time before it was."""

    ticket: str
    opened_at: Seconds
    ended_at: Seconds | None


@dataclass(frozen=True, slots=True)
class Walk:
    """A mandatory tour that was to be over this day."""

    tour: str
    is_whole: bool
    said: str


@dataclass(frozen=True, slots=True)
class Awake:
    """Somebody of whom signs were heard on duty, or who was told of as inactive."""

    person: str
    is_inactive: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A report that the site was to hand in by some time of this day."""

    report: str
    is_in_time: bool
    said: str


@dataclass(frozen=True, slots=True)
class SiteDay:
    """`until`: the end of the day, or now while it lasts."""

    until: Seconds
    planned: Sequence[Planned] = ()
    stood: Sequence[Stood] = ()
    alarms: Sequence[Alarm] = ()
    help: Sequence[Help] = ()
    walks: Sequence[Walk] = ()
    awake: Sequence[Awake] = ()
    findings: Sequence[Alarm] = ()
    was_inspected: bool = False
    papers: Sequence[Paper] = ()
