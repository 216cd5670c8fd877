"""Service levels: how soon a thing must be taken up and done, and who is told when it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from watchfloor.aiops.calendars.business import ALWAYS, Calendar
from watchfloor.aiops.calendars.priority import Priority
from watchfloor.aiops.types import Seconds

MINUTE: Seconds = 60.0
HOUR = 60 * MINUTE
EXTRA = "service_levels"
"""Under this name a directory holds the `ServiceLevels` of its tenant."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Policy:
    """What was promised. Seconds count by business hours if `in_hours`, else by all hours."""

    response: Seconds
    resolution: Seconds
    in_hours: bool = False
    escalates_at: float = 0.75
    """Share of the resolution time at which the first level is told."""


@dataclass(frozen=True, slots=True)
class Level:
    """Whom to tell when a ticket is not done after so much of its time."""

    level: int
    after: Seconds
    person: str = ""
    group: str = ""


DEFAULTS: Mapping[Priority, Policy] = {
    Priority.P1: Policy(30 * MINUTE, 4 * HOUR),
    Priority.P2: Policy(1 * HOUR, 8 * HOUR),
    Priority.P3: Policy(4 * HOUR, 24 * HOUR),
    Priority.P4: Policy(8 * HOUR, 72 * HOUR),
}
"""What holds where a tenant has promised nothing else."""


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """Policies, hours and escalation of a tenant; the nearest wins: site, client, tenant.

    "" is the client of what holds for the whole tenant. Calendars are those of sites, by the
    clocks of each.
    """

    policies: Mapping[tuple[str, Priority], Policy] = field(default_factory=dict)
    levels: Mapping[tuple[str, Priority], tuple[Level, ...]] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def policy(self, client: str, priority: Priority) -> Policy:
        return _nearest(self.policies, client, priority) or DEFAULTS[priority]

    def calendar(self, site: str, policy: Policy) -> Calendar:
        """Return the hours by which a promise at the site counts."""
        return self.calendars.get(site, ALWAYS) if policy.in_hours else ALWAYS

    def ladder(self, client: str, priority: Priority, resolution: Seconds) -> list[Level]:
        """Return the levels in order. The first one is the policy's, unless the matrix has it."""
        share = self.policy(client, priority).escalates_at
        rungs = {1: Level(1, share * resolution)}
        rungs |= {one.level: one for one in _nearest(self.levels, client, priority) or ()}
        return [rungs[level] for level in sorted(rungs)]


DEFAULT_LEVELS = ServiceLevels()


def _nearest(known: Mapping[tuple[str, Priority], T], client: str, priority: Priority) -> T | None:
    return known.get((client, priority)) or known.get(("", priority))
