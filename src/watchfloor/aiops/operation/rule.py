"""What a rule is, and what it says.

A `StateRule` says what holds of its subject at a moment: raised when it begins to hold, resolved
when it holds no more. An `EventRule` says what an event shows: raised once, resolved by people, or
by time where it `lasts`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.types import Seconds, Severity

F = TypeVar("F", bound=Facts)


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that a rule says. `key` tells apart several of one rule at one subject.

    `alert_type` is for a rule that raises several; empty, it is the rule's code.

    Rule, subject kind, subject and key together are the alert's identity. Times in `evidence` are
    `Moment`s, so that they can be told from other numbers.
    """

    entity_type: str
    entity_id: str
    message: str
    severity: Severity
    key: str = ""
    site: str = ""
    device: str = ""
    person: str = ""
    alert_type: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


class Rule(ABC, Generic[F]):
    """`code` is the alert type; `subject` the facts it looks at."""

    code: ClassVar[str]
    subject: ClassVar[type[Facts]]
    limits: ClassVar[tuple[Limit, ...]] = ()


class StateRule(Rule[F]):
    @abstractmethod
    def holds(self, facts: F, at: Seconds, directory: Directory) -> Iterable[Standing]:
        """Return what holds at this moment. Pure: the same facts and moment, the same answer."""

    def due(self, facts: F, at: Seconds, directory: Directory) -> Seconds | None:
        """Return the next moment after `at` at which time alone may change the answer."""
        return None

    def ended(self, key: str, facts: F, at: Seconds, directory: Directory) -> str:
        """Return in words why what stood under a key holds no more, where that is not plain."""
        return ""


class EventRule(Rule[F]):
    lasts: ClassVar[Seconds | None] = None
    """After so long without being seen again it resolves itself; None: people end it."""
    tells_again_after: ClassVar[Seconds] = 15 * 60
    """What events show again and again is told once in this time. People may end an alert sooner,
    and hear nothing of it until then."""

    @abstractmethod
    def sees(self, event: Event, facts: F, directory: Directory) -> Iterable[Standing]:
        """Return what the event shows; `facts` are those before it."""
