"""A ticket: its states, and what was said of it last."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.calendars.priority import Priority, priority_of
from watchfloor.aiops.calendars.sla import MINUTE
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, TicketState
from watchfloor.aiops.operation.facts.served import Promise, ServedFacts, with_state
from watchfloor.aiops.types import Seconds


class TicketFacts(ServedFacts):
    """`sla_minutes` and `level` are the sender's own word, which goes before ours."""

    kind: ClassVar[str] = "ticket"
    hears: ClassVar[tuple[type[Event], ...]] = (TicketState,)

    sla_minutes: float | None = None
    level: int = 0
    opened_as: Priority | None = None
    """Its priority when it was first said."""

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        return (event.ticket,) if isinstance(event, TicketState) else ()

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        if not isinstance(event, TicketState):
            return self
        steps = with_state(self.steps, at, event.state, event.created)
        if at < self.said_at:
            return msgspec.structs.replace(self, steps=steps)
        priority = priority_of(event.priority) or self.priority
        return msgspec.structs.replace(
            self,
            steps=steps,
            said_at=at,
            site=event.site or self.site,
            priority=priority,
            opened_as=self.opened_as or priority,
            sla_minutes=self.sla_minutes if event.sla_minutes is None else event.sla_minutes,
            level=self.level if event.level is None else event.level,
        )

    def promise(self, directory: Directory) -> Promise:
        """Return what was promised. A sender's target is the only one it is held to."""
        if self.sla_minutes is not None:
            return Promise(None, self.sla_minutes * MINUTE)
        policy = self.policy(directory)
        return Promise(policy.response, policy.resolution)
