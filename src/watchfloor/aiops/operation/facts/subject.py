"""What is known of one subject of the operation, and what every kind of subject has in common."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event
from watchfloor.aiops.types import Seconds


class Opened(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something raised and not yet over. `told_at` is when it was last said to the floor."""

    raised_at: Seconds
    seen_at: Seconds
    told_at: Seconds
    severity: int
    entity_type: str
    entity_id: str
    site: str = ""
    device: str = ""
    person: str = ""


class Facts(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Stored as a blob for each subject: new fields have a default, none changes its meaning.

    `code` names the subject among those of its kind; facts of the code alone are those of a subject
    nothing is known of. `open` and `clock` are the engine's own.
    """

    kind: ClassVar[str]
    hears: ClassVar[tuple[type[Event], ...]]

    code: str
    open: dict[str, Opened] = {}
    clock: Seconds = 0.0

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        """Return the codes of the subjects of this kind that the event is about."""
        raise NotImplementedError

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        """Return the facts as they are after the event. `at` is the time that is believed of it.

        Events may come late or twice: what is older than what is known must not undo it.
        """
        raise NotImplementedError

    def at(self, moment: Seconds, directory: Directory) -> Self:
        """Return the facts as they are by then, where time alone changes what is known."""
        return self

    def alert_of(self, site: str, device: str) -> str:
        """Return whose alerts those of a standing are, by its site and device."""
        return self.code

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        """Return whether nothing more is to be expected of the subject: it is forgotten.

        Asked while nothing is open, after each event and when `over_due` has come.
        """
        return False

    def over_due(self, directory: Directory) -> Seconds | None:
        """Return when time alone may make `is_over` true."""
        return None
