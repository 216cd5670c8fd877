"""A work order: its states, and when it is to be done."""

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

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        return (event.work_order,) if isinstance(event, WorkOrderState) else ()

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        if not isinstance(event, WorkOrderState):
            return self
        steps = with_state(self.steps, at, event.state, event.created)
        if at < self.said_at:
            return msgspec.structs.replace(self, steps=steps)
        return msgspec.structs.replace(
            self,
            steps=steps,
            said_at=at,
            site=event.site or self.site,
            priority=priority_of(event.priority) or self.priority,
            due=self.due if event.due is None else float(event.due),
        )

    def promise(self, directory: Directory) -> Promise:
        """Return what was promised: the date alone, where one was set."""
        if self.priority is None or self.due is not None:
            return Promise(None, None)
        policy = self.policy(directory)
        return Promise(policy.response, policy.resolution)
