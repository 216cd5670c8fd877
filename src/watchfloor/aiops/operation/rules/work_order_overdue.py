"""A work order is not done by the day and hour that was set for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.calendars.priority import Priority
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Moment
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.work_order import WorkOrderFacts
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.rules.serving import order_of
from watchfloor.aiops.operation.wording import clock
from watchfloor.aiops.types import Seconds, Severity


class WorkOrderOverdue(StateRule[WorkOrderFacts]):
    """Resolved when it is done or cancelled, or is to be done later. Holding it moves no date."""

    code: ClassVar[str] = "WORK_ORDER_OVERDUE"
    subject: ClassVar[type[Facts]] = WorkOrderFacts

    def holds(self, facts: WorkOrderFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        if facts.due is None or facts.has_ended or at < facts.due:
            return
        since = clock(facts.due, facts.site, directory, beside=at)
        yield Standing(
            entity_type="work_order",
            entity_id=facts.code,
            message=f"{order_of(facts, directory)} is overdue since {since}",
            severity=Severity.HIGH if facts.priority is Priority.P1 else Severity.MEDIUM,
            site=facts.site,
            evidence={"due": Moment(facts.due), "state": facts.steps[-1].state},
        )

    def due(self, facts: WorkOrderFacts, at: Seconds, directory: Directory) -> Seconds | None:
        return facts.due if facts.due is not None and facts.due > at else None
