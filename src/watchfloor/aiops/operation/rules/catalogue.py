"""All rules, and the kinds of subject they look at."""

from __future__ import annotations

from typing import Any

from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Rule
from watchfloor.aiops.operation.rules.attendance_missing import AttendanceMissing
from watchfloor.aiops.operation.rules.sla_breach import TicketSlaBreach, WorkOrderSlaBreach
from watchfloor.aiops.operation.rules.ticket_escalated import TicketEscalated
from watchfloor.aiops.operation.rules.work_order_overdue import WorkOrderOverdue

RULES: tuple[Rule[Any], ...] = (
    AttendanceMissing(),
    TicketEscalated(),
    TicketSlaBreach(),
    WorkOrderOverdue(),
    WorkOrderSlaBreach(),
)

KINDS: dict[str, type[Facts]] = {rule.subject.kind: rule.subject for rule in RULES}

LIMITS: dict[str, Limit] = {limit.name: limit for rule in RULES for limit in rule.limits}
