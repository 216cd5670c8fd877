"""What a device that people check in on is used for: whose it is is learnt from that."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.fraud import sharing
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Punch
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.types import Seconds

KEPT: Seconds = 90 * 86_400.0
_KEEPS = 0.98
"""Of each use at the next: what a device was used for 35 uses ago counts half."""
_MOST_PEOPLE, _MOST_RECENT = 60, 8


class Use(msgspec.Struct, frozen=True, array_like=True, gc=False):
    at: Seconds
    person: str


class TerminalFacts(Facts):
    kind: ClassVar[str] = "terminal"
    hears: ClassVar[tuple[type[Event], ...]] = (Punch,)

    uses: dict[str, float] = {}
    recent: tuple[Use, ...] = ()

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        device = getattr(event, "device", "")
        return (device,) if device else ()

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        if not isinstance(event, Punch):
            return self
        use = Use(at, event.person)
        if use in self.recent:
            return self
        uses = {person: _KEEPS * many for person, many in self.uses.items()}
        uses[event.person] = uses.get(event.person, 0.0) + 1.0
        if len(uses) > _MOST_PEOPLE:
            uses.pop(min(uses, key=lambda person: (uses[person], person)))
        recent = tuple(sorted((*self.recent, use), key=lambda one: one.at))[-_MOST_RECENT:]
        return msgspec.structs.replace(self, uses=uses, recent=recent)

    def owner(self, directory: Directory) -> str:
        """Return whose own device it is: as people were registered, else by its uses."""
        for use in self.recent:
            ref = directory.people.get(use.person)
            if ref is not None and ref.device == self.code:
                return use.person
        return sharing.owner(self.uses)

    def since(self, person: str, at: Seconds) -> Seconds:
        """Return how long before or after the nearest punch of the person that is."""
        times = (abs(at - use.at) for use in self.recent if use.person == person)
        return min(times, default=float("inf"))

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        return not self.recent or at >= self.recent[-1].at + KEPT

    def over_due(self, directory: Directory) -> Seconds | None:
        return self.recent[-1].at + KEPT if self.recent else None
