"""What an enrolled face is used for: whose it is is learnt from that."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Punch
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.types import Seconds

KEPT: Seconds = 90 * 86_400.0
_ENOUGH_DEVICES = 2
_MOST_DEVICES = 20


class FaceFacts(Facts):
    kind: ClassVar[str] = "face"
    hears: ClassVar[tuple[type[Event], ...]] = (Punch,)

    known: dict[str, str] = {}
    """By device, as whom it was first recognised there."""
    seen_at: Seconds = 0.0

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        face = getattr(event, "face", "")
        return (face,) if face else ()

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        if not isinstance(event, Punch):
            return self
        known, seen_at = self.known, max(self.seen_at, at)
        if event.device not in known and self.owner(event.device, directory) in {"", event.person}:
            known = dict([*known.items(), (event.device, event.person)][-_MOST_DEVICES:])
        return msgspec.structs.replace(self, known=known, seen_at=seen_at)

    def owner(self, device: str, directory: Directory) -> str:
        """Return whose face it is for a device; empty where that is not known.

        One that bears a person's code is that person's. Elsewhere than where it was seen it is
        known if several devices agree: some number the faces that they enrolled by themselves.
        """
        if self.code in directory.people:
            return self.code
        if device in self.known:
            return self.known[device]
        people = set(self.known.values())
        return people.pop() if len(people) == 1 and len(self.known) >= _ENOUGH_DEVICES else ""

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        return at >= self.seen_at + KEPT

    def over_due(self, directory: Directory) -> Seconds | None:
        return self.seen_at + KEPT
