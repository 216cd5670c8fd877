"""A ticket is not done while its time runs out, or somebody made it more urgent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from watchfloor.aiops.calendars.sla import MINUTE, Level
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.ticket import TicketFacts
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.rules.serving import order_of
from watchfloor.aiops.types import Seconds, Severity

PRIORITY = "priority"
"""Key of a ticket that was made more urgent; of a level it is its number."""


class TicketEscalated(StateRule[TicketFacts]):
    """One for each level that is reached, by time or by word; until the ticket ends."""

    code: ClassVar[str] = "TICKET_ESCALATED"
    subject: ClassVar[type[Facts]] = TicketFacts

    def holds(self, facts: TicketFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        if facts.has_ended:
            return
        for level, moment in _moments(facts, directory):
            if level.level == facts.level or moment <= at:
                yield _of_level(facts, level, directory)
        if facts.opened_as is not None and facts.urgency < facts.opened_as:
            evidence = {"from": str(facts.opened_as), "to": str(facts.urgency)}
            why = f"was raised from {facts.opened_as} to {facts.urgency}"
            yield _standing(facts, PRIORITY, why, Severity.MEDIUM, directory, evidence)

    def due(self, facts: TicketFacts, at: Seconds, directory: Directory) -> Seconds | None:
        ahead = (moment for _, moment in _moments(facts, directory) if moment > at)
        return min(ahead, default=None)


def _moments(facts: TicketFacts, directory: Directory) -> Iterator[tuple[Level, Seconds]]:
    """Yield each level and when its time comes; never, while the ticket's clock stands."""
    ladder = facts.ladder(directory)
    for level in ladder:
        moment = facts.reaches(level.after, directory)
        yield level, float("inf") if moment is None else moment
    if facts.level and all(level.level != facts.level for level in ladder):
        yield Level(facts.level, 0.0), float("inf")


def _of_level(facts: TicketFacts, level: Level, directory: Directory) -> Standing:
    severity = Severity.MEDIUM if level.level == 1 else Severity.HIGH
    evidence = {
        "level": level.level,
        "after_minutes": level.after / MINUTE,
        "person": level.person,
        "group": level.group,
    }
    why = f"is not done: level {level.level} of escalation has to know"
    return _standing(facts, str(level.level), why, severity, directory, evidence)


def _standing(
    facts: TicketFacts,
    key: str,
    why: str,
    severity: Severity,
    directory: Directory,
    evidence: dict[str, Any],
) -> Standing:
    return Standing(
        entity_type="ticket",
        entity_id=facts.code,
        message=f"{order_of(facts, directory)} {why}",
        severity=severity,
        key=key,
        site=facts.site,
        evidence=evidence,
    )
