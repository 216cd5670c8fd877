"""Somebody checks in to a shift that he does not stand on, and nobody has to be stood in for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Punch, RosterPublished
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.rules.attendance_missing import GRACE, longest_break
from watchfloor.aiops.operation.rules.staffing import shift_of
from watchfloor.aiops.types import Severity


class WrongPersonAtSite(EventRule[ShiftFacts]):
    """A stand-in is expected for who is on leave, is late beyond the grace, or was never found."""

    code: ClassVar[str] = "WRONG_PERSON_AT_SITE"
    subject: ClassVar[type[Facts]] = ShiftFacts

    def sees(self, event: Event, facts: ShiftFacts, directory: Directory) -> Iterable[Standing]:
        if isinstance(event, RosterPublished):
            for punch, known in facts.punched_before(event, directory):
                yield from self.sees(punch, known, directory)
        if not isinstance(event, Punch) or event.kind != "check_in":
            return
        if not facts.is_published or event.person in facts.people:
            return
        others = {*facts.came, *facts.relieved}.difference(facts.people)
        if event.person in others or len(others) < self._vacancies(event, facts, directory):
            return
        shift = shift_of(facts, directory, beside=event.ts)
        yield Standing(
            entity_type="shift_assignment",
            entity_id=f"{facts.code}:{event.person}",
            message=f"{event.person} checked in to {shift} without standing on its roster",
            severity=Severity.HIGH,
            key=event.person,
            site=facts.site,
            device=event.device,
            person=event.person,
            evidence={"shift": facts.code, "rostered": facts.people, "missing": facts.missing()},
        )

    def _vacancies(self, punch: Punch, facts: ShiftFacts, directory: Directory) -> int:
        """Return how many may be stood in for when the punch is made."""
        is_late = punch.ts >= facts.start + 60 * directory.limit(GRACE.name, facts.site)
        excused = [
            person
            for person in facts.missing()
            if is_late or person in facts.leave or directory.is_on_leave(person, facts.start)
        ] + facts.strayed(punch.ts, longest_break(facts, directory))
        return len(excused) + max(0, facts.required - len(facts.people))
