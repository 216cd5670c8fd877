"""A work order: its states, when it is to be done, and what was promised besides.

A date does not stand for what was promised: it says when the work is planned. Only work that was
planned from the beginning for later than the policy promises is held to its date alone; a date
that is set or put off afterwards moves no promise.
"""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.calendars.priority import priority_of
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, WorkOrderState
from watchfloor.aiops.operation.facts.served import Promise, ServedFacts, with_state
from watchfloor.aiops.types import Seconds


class WorkOrderFacts(ServedFacts):
    kind: ClassVar[str] = "work_order"
    hears: ClassVar[tuple[type[Event], ...]] = (WorkOrderState,)

    due: Seconds | None = None
    opened_for: Seconds | None = None
    """The date that it had when it was first said."""

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        return (event.work_order,) if isinstance(event, WorkOrderState) else ()

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        if not isinstance(event, WorkOrderState):
            return self
        steps = with_state(self.steps, at, event.state, event.created)
        if at < self.said_at:
            return msgspec.structs.replace(self, steps=steps)
        due = self.due if event.due is None else float(event.due)
        return msgspec.structs.replace(
            self,
            steps=steps,
            said_at=at,
            site=event.site or self.site,
            priority=priority_of(event.priority) or self.priority,
            due=due,
            opened_for=self.opened_for if self.steps else due,
        )

    def promise(self, directory: Directory) -> Promise:
        """Return what was promised: of planned work, or without a priority, its date alone."""
        if self.priority is None or self._is_planned(directory):
            return Promise(None, None)
        policy = self.policy(directory)
        return Promise(policy.response, policy.resolution)

    def _is_planned(self, directory: Directory) -> bool:
        """Whether it was opened for a date beyond the time that the policy gives."""
        if self.opened_for is None:
            return False
        promised = self.policy(directory).resolution
        return self.calendar(directory).due(self.steps[0].at, promised) < self.opened_for
