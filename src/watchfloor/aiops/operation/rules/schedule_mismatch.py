"""A punch that does not fit the shift it names: another site, another time, gone too early."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Punch, PunchKind, RosterPublished
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.rules.staffing import shift_of
from watchfloor.aiops.operation.wording import at_site
from watchfloor.aiops.types import Severity

EARLY_IN = Limit(
    name="check_in_early_minutes",
    default=90,
    unit="minutes",
    low=5,
    high=720,
    says="How long before the start of a shift its check-in may be made.",
)
EARLY_OUT = Limit(
    name="check_out_early_minutes",
    default=30,
    unit="minutes",
    low=0,
    high=480,
    says="How long before the end of a shift somebody may leave.",
)


_DID: Mapping[PunchKind, str] = {
    "check_in": "checked in",
    "check_out": "checked out",
    "break_start": "began a break",
    "break_end": "ended a break",
}


class ScheduleMismatch(EventRule[ShiftFacts]):
    code: ClassVar[str] = "SCHEDULE_MISMATCH"
    subject: ClassVar[type[Facts]] = ShiftFacts
    limits: ClassVar[tuple[Limit, ...]] = (EARLY_IN, EARLY_OUT)

    def sees(self, event: Event, facts: ShiftFacts, directory: Directory) -> Iterable[Standing]:
        if isinstance(event, RosterPublished):
            for punch, known in facts.punched_before(event, directory):
                yield from self.sees(punch, known, directory)
        if not isinstance(event, Punch) or not facts.is_published:
            return
        for fault in _faults(event, facts, directory):
            yield Standing(
                entity_type="shift_assignment",
                entity_id=f"{facts.code}:{event.person}",
                message=f"{event.person} {fault}",
                severity=Severity.MEDIUM,
                key=f"{event.person}:{event.kind}",
                site=facts.site,
                device=event.device,
                person=event.person,
                evidence={"shift": facts.code, "punch": event.kind, "punch_site": event.site},
            )
            return


def _faults(punch: Punch, facts: ShiftFacts, directory: Directory) -> Iterable[str]:
    """Yield what does not fit, the gravest first."""
    shift = shift_of(facts, directory, beside=punch.ts)
    if punch.site and facts.site and punch.site != facts.site:
        yield f"{_DID[punch.kind]}{at_site(punch.site, directory)} for {shift}"
    early_in = facts.start - punch.ts
    if punch.kind == "check_in":
        if early_in > 60 * directory.limit(EARLY_IN.name, facts.site):
            yield f"checked in to {shift} {early_in / 60:.0f} minutes before it begins"
        elif punch.ts >= facts.end:
            yield f"checked in to {shift} after its end"
    if punch.kind != "check_out":
        return
    early_out = facts.end - punch.ts
    if early_out > 60 * directory.limit(EARLY_OUT.name, facts.site):
        yield f"left {shift} {early_out / 60:.0f} minutes before its end"
