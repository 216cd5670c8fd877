"""A ticket or work order was not taken up, or not done, in the time that was promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from watchfloor.aiops.calendars.priority import Priority
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Moment
from watchfloor.aiops.operation.facts.served import ServedFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.ticket import TicketFacts
from watchfloor.aiops.operation.facts.work_order import WorkOrderFacts
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.rules.serving import order_of
from watchfloor.aiops.operation.wording import clock
from watchfloor.aiops.types import Seconds, Severity

RESPONSE = "response"
"""Key of what was not taken up in time; what was not done in time has none."""


class _SlaBreach(StateRule[ServedFacts]):
    """Resolved when the thing ends or its target is set anew; of a response, by the answer."""

    code: ClassVar[str] = "SLA_BREACH"

    def holds(self, facts: ServedFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        if facts.has_ended:
            return
        for key, due in _dues(facts, directory):
            if due <= at and not (key and facts.is_answered):
                yield _standing(facts, key, due, at, directory)

    def due(self, facts: ServedFacts, at: Seconds, directory: Directory) -> Seconds | None:
        return min((due for _, due in _dues(facts, directory) if due > at), default=None)


class TicketSlaBreach(_SlaBreach):
    subject: ClassVar[type[Facts]] = TicketFacts


class WorkOrderSlaBreach(_SlaBreach):
    subject: ClassVar[type[Facts]] = WorkOrderFacts


def _dues(facts: ServedFacts, directory: Directory) -> Iterator[tuple[str, Seconds]]:
    response, resolution = facts.response_due(directory), facts.resolution_due(directory)
    if response is not None:
        yield RESPONSE, response
    if resolution is not None:
        yield "", resolution


def _standing(
    facts: ServedFacts, key: str, due: Seconds, at: Seconds, directory: Directory
) -> Standing:
    lacks = "taken up" if key else "done"
    by = clock(due, facts.site, directory, beside=at)
    is_worst = facts.urgency is Priority.P1
    return Standing(
        entity_type=facts.kind,
        entity_id=facts.code,
        message=f"{order_of(facts, directory)} was promised by {by} and is not {lacks}",
        severity=Severity(Severity.HIGH + is_worst - bool(key)),
        key=key,
        site=facts.site,
        evidence={
            "priority": str(facts.urgency),
            "state": facts.steps[-1].state,
            "due": Moment(due),
        },
    )
