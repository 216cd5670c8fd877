"""All rules, and the kinds of subject they look at."""

from __future__ import annotations

from typing import Any

from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Rule
from watchfloor.aiops.operation.rules.attendance_missing import AttendanceMissing

RULES: tuple[Rule[Any], ...] = (AttendanceMissing(),)

KINDS: dict[str, type[Facts]] = {rule.subject.kind: rule.subject for rule in RULES}

LIMITS: dict[str, Limit] = {limit.name: limit for rule in RULES for limit in rule.limits}
