"""Too few are on a shift: who stands on its roster has not come, or too few stand on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.rules.staffing import shift_of
from watchfloor.aiops.types import Seconds, Severity

GRACE = Limit(
    name="attendance_grace_minutes",
    default=10,
    unit="minutes",
    low=0,
    high=120,
    says="How long after the start of a shift somebody may be late before it is told.",
)


BREAK = Limit(
    name="break_minutes",
    default=60,
    unit="minutes",
    low=0,
    high=480,
    says="For how long the place of somebody on a break is held.",
)


class AttendanceMissing(StateRule[ShiftFacts]):
    """Resolved when the person checks in, when enough others have, and at the shift's end; begins
    anew when somebody leaves who was on no roster and filled a place.

    Who came and left again was no absence: a punch that does not fit its shift is told as such. Who
    stays away from a break is missing once their place is held no longer.
    """

    code: ClassVar[str] = "ATTENDANCE_MISSING"
    subject: ClassVar[type[Facts]] = ShiftFacts
    limits: ClassVar[tuple[Limit, ...]] = (GRACE, BREAK)

    def holds(self, facts: ShiftFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        if not self._from(facts, directory) <= at < facts.end:
            return
        longest = longest_break(facts, directory)
        present = facts.covered_by(at, longest)
        if present >= facts.required:
            return
        strayed = [person for person in facts.strayed(at, longest) if person in facts.came]
        unfilled = facts.required - present - len(facts.missing()) - len(strayed)
        shift = _shift(facts, present, at, directory)
        if unfilled > 0:
            yield _unfilled(facts, unfilled, present, shift)
        for person in [*facts.missing(), *strayed]:
            is_announced = person in facts.leave or directory.is_on_leave(person, facts.start)
            yield Standing(
                entity_type="shift_assignment",
                entity_id=f"{facts.code}:{person}",
                message=_message(
                    person,
                    present,
                    shift,
                    is_announced=is_announced,
                    has_come=person in facts.came,
                ),
                severity=_severity(present),
                key=person,
                site=facts.site,
                person=person,
                evidence={
                    "shift": facts.code,
                    "required": facts.required,
                    "present": present,
                    "announced": is_announced,
                    "relieved_by": facts.relief() or None,
                },
            )

    def ended(self, key: str, facts: ShiftFacts, at: Seconds, directory: Directory) -> str:
        is_back = key in facts.came and key not in facts.strayed(
            at, longest_break(facts, directory)
        )
        return "" if at >= facts.end or is_back else _relieved(facts)

    def due(self, facts: ShiftFacts, at: Seconds, directory: Directory) -> Seconds | None:
        longest = longest_break(facts, directory)
        held = [one.at + longest for one in facts.breaks.values() if not one.is_over]
        moments = (self._from(facts, directory), facts.end, *held)
        return min((moment for moment in moments if moment > at), default=None)

    def _from(self, facts: ShiftFacts, directory: Directory) -> Seconds:
        return facts.start + 60 * directory.limit(GRACE.name, facts.site)


def longest_break(facts: ShiftFacts, directory: Directory) -> Seconds:
    return 60 * directory.limit(BREAK.name, facts.site)


def _unfilled(facts: ShiftFacts, places: int, present: int, shift: str) -> Standing:
    """What nobody was rostered for, or was left."""
    return Standing(
        entity_type="shift",
        entity_id=facts.code,
        message=f"Nobody is rostered for {places} of {facts.required} places on {shift}",
        severity=_severity(present),
        site=facts.site,
        evidence={
            "shift": facts.code,
            "required": facts.required,
            "present": present,
            "relieved_by": facts.relief() or None,
        },
    )


def _relieved(facts: ShiftFacts) -> str:
    who = facts.relief()
    return f"Relieved by {', '.join(who)}, who is on no roster" if who else ""


def _severity(present: int) -> Severity:
    return Severity.HIGH if present == 0 else Severity.MEDIUM


def _shift(facts: ShiftFacts, present: int, at: Seconds, directory: Directory) -> str:
    came = f", {present} of {facts.required} came"
    return shift_of(facts, directory, beside=at, more=came)


def _message(person: str, present: int, shift: str, *, is_announced: bool, has_come: bool) -> str:
    if has_come:
        return f"{person} has not come back from a break on {shift}"
    if is_announced:
        return f"{person} is on leave and nobody stands in on {shift}"
    if present == 0:
        return f"Nobody has come to {shift}: {person} is missing"
    return f"{person} has not come to {shift}"
