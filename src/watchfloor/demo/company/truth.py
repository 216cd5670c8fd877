"""What really happens: known to the company only, and to whoever scores what a floor made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from watchfloor.aiops.types import Seconds

Role = Literal["root", "symptom", "duplicate", "resolve", "noise"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Remedy:
    """The act that ends an incident, if it succeeds; `odds` are drawn anew in each run."""

    action: str
    entity: str | None
    odds: float
    takes: Seconds


@dataclass(slots=True, eq=False)
class Incident:
    """One cause at work. `ends_at` moves forward when an act succeeds."""

    id: str
    kind: str
    start: Seconds
    ends_at: Seconds
    site: str
    sites: Sequence[str]
    root: str | None
    person: str | None
    impact_per_hour: float
    remedy: Remedy | None
    onset: Seconds | None = None
    predictable: bool = False
    is_fixed: bool = False
    heard_at: Seconds | None = None
    """When the first alert of it came."""
    tried: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Failure:
    """A device that is not heard."""

    device: str
    site: str
    start: Seconds
    incident: Incident
    is_root: bool
    end: Seconds | None = None


@dataclass(slots=True)
class Truth:
    """`alerts`: alert to incident and role; the others are rows as they are written."""

    incidents: list[Incident] = field(default_factory=list)
    alerts: dict[str, tuple[str | None, Role]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    gaps: list[Row] = field(default_factory=list)
    breaches: list[Row] = field(default_factory=list)
    frauds: list[Row] = field(default_factory=list)
    strolls: list[Row] = field(default_factory=list)
    tours: list[Row] = field(default_factory=list)
    unfiled: list[Row] = field(default_factory=list)
    overdue: list[Row] = field(default_factory=list)
    arming: list[Row] = field(default_factory=list)
    lagging: list[Row] = field(default_factory=list)
    maintenance: list[Row] = field(default_factory=list)
    acts: list[Row] = field(default_factory=list)
