"""Something that is to be done in time: what tickets and work orders have in common."""

from __future__ import annotations

import msgspec

from watchfloor.aiops.calendars import clock, sla
from watchfloor.aiops.calendars.business import Calendar
from watchfloor.aiops.calendars.clock import Step
from watchfloor.aiops.calendars.priority import UNSAID, Priority
from watchfloor.aiops.calendars.sla import Level, Policy, ServiceLevels
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.types import Seconds

KEPT: Seconds = 90 * 86_400
"""What ended may be taken up again for so long, with the time that it had used."""


class Promise(msgspec.Struct, frozen=True, gc=False):
    """How soon the thing is to be taken up and done; None: nothing was promised."""

    response: float | None
    resolution: float | None


class ServedFacts(Facts):
    """`steps` says in which state it was when; the rest is what was said last, at `said_at`."""

    site: str = ""
    priority: Priority | None = None
    steps: list[Step] = []
    said_at: Seconds = 0.0

    def promise(self, directory: Directory) -> Promise:
        raise NotImplementedError

    @property
    def has_ended(self) -> bool:
        return bool(self.steps) and self.steps[-1].state in clock.ENDED

    @property
    def is_answered(self) -> bool:
        return clock.answered_at(self.steps) is not None

    def response_due(self, directory: Directory) -> Seconds | None:
        """Return when its time to be taken up is over, if it was not taken up before."""
        target = self.promise(directory).response
        if target is None:
            return None
        return clock.passes(clock.until_answer(self.steps), target, self.calendar(directory))

    def resolution_due(self, directory: Directory) -> Seconds | None:
        """Return when its time is over; None while the clock stands, and if it ended in time."""
        target = self.promise(directory).resolution
        return None if target is None else self.reaches(target, directory)

    def reaches(self, seconds: float, directory: Directory) -> Seconds | None:
        """Return when it has used so much of its time."""
        return clock.passes(self.steps, seconds, self.calendar(directory))

    def calendar(self, directory: Directory) -> Calendar:
        return levels_of(directory).calendar(self.site, self.policy(directory))

    def policy(self, directory: Directory) -> Policy:
        return levels_of(directory).policy(self._client(directory), self.urgency)

    def ladder(self, directory: Directory) -> list[Level]:
        """Return the levels that are told while it is not done."""
        resolution = self.promise(directory).resolution
        if resolution is None:
            return []
        return levels_of(directory).ladder(self._client(directory), self.urgency, resolution)

    @property
    def urgency(self) -> Priority:
        return self.priority or UNSAID

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        over = self.over_due(directory)
        return over is not None and at >= over

    def over_due(self, directory: Directory) -> Seconds | None:
        return self.steps[-1].at + KEPT if self.has_ended else None

    def _client(self, directory: Directory) -> str:
        ref = directory.sites.get(self.site)
        return ref.client if ref else ""


def levels_of(directory: Directory) -> ServiceLevels:
    found: ServiceLevels = directory.extras.get(sla.EXTRA, sla.DEFAULT_LEVELS)
    return found


def with_state(steps: list[Step], at: Seconds, state: str, created: Seconds | None) -> list[Step]:
    """Return the steps with this one. What was created before anybody told of it was new then."""
    if created is not None and created < at:
        steps = clock.stepped(steps, created, clock.NEW)
    return clock.stepped(steps, at, clock.state_of(state))
