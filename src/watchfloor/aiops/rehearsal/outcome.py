"""What a rehearsal answers: the figures of both sides, and where they differ with why."""

from __future__ import annotations

import msgspec

from watchfloor.aiops.rehearsal.figures import Figures, Load
from watchfloor.aiops.types import Seconds


class Told(msgspec.Struct, frozen=True):
    """How well one side tells what operators said; of no labels, nothing is known."""

    precision: float
    recall: float
    f1: float
    over_merged: int
    """Incidents that hold alerts which operators keep apart."""
    split: int
    """What operators keep together and this side does not."""


class SideOutcome(msgspec.Struct, frozen=True):
    figures: Figures
    per_day: list[int]
    """Incidents of each day."""
    told: Told | None
    """Against operators' labels; None without any."""
    late: int
    """Incidents of the reference that this side opens minutes after their first alert, which it
    puts into another incident."""
    late_longest: Seconds
    swallowed: int
    """Incidents of the reference for which it opens none: all their alerts go into others."""


class Decision(msgspec.Struct, frozen=True):
    """Where one side put an alert. `features` are names with weights, strongest first."""

    incident: str
    reports: int
    alerts: int
    opened: bool
    score: float
    threshold: float
    features: list[tuple[str, float]]
    decided_by: str
    runner_up: str
    runner_up_score: float


class Difference(msgspec.Struct, frozen=True):
    """An alert that begins an incident on one side and joins one on the other."""

    kind: str
    """`joined`: only the candidate puts it with others; `parted`: only the current does."""
    at: Seconds
    alert_type: str
    thing: str
    site: str
    message: str
    severity: int
    current: Decision
    candidate: Decision


class Outcome(msgspec.Struct, frozen=True):
    """Two sides of one period. What is `late` or `swallowed` is so beside the other side."""

    reports: int
    alerts: int
    """Bouts: what a membership was decided for."""
    days: float
    operators: int
    deduped: int
    deduped_load: Load
    reports_per_day: list[int]
    current: SideOutcome
    candidate: SideOutcome
    agreement: float
    """Adjusted Rand index of the two groupings of alerts; 1: the same."""
    joined: int
    """Incidents of the candidate that hold several of the current ones."""
    parted: int
    """Incidents of the current that the candidate takes apart."""
    labelled: int
    differences: list[Difference]
