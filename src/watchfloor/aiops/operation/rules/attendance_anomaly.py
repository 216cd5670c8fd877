"""The attendance of a person is unlike that person's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.rules.suspecting import of_person
from watchfloor.aiops.types import Seconds, Severity


class AttendanceAnomaly(StateRule[PersonFacts]):
    """Resolved when the latest attendances are as usual again."""

    code: ClassVar[str] = "ATTENDANCE_ANOMALY"
    subject: ClassVar[type[Facts]] = PersonFacts

    def holds(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        if facts.odd is not None and directory.is_one_person(facts.code):
            site = facts.punches[-1].site if facts.punches else ""
            yield of_person(facts.odd, facts.code, Severity.MEDIUM, directory, site=site, key="")
