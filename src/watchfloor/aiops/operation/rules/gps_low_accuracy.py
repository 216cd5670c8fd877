"""Positions of a person are too poor to be of use, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.whereabouts import LOW_ACCURACY
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.wording import at_site
from watchfloor.aiops.types import Seconds, Severity

IN_A_ROW = Limit(
    name="gps_low_accuracy_fixes",
    default=3,
    unit="fixes",
    low=1,
    high=20,
    says="How many positions in a row have to be of no use before it is told.",
)


class GpsLowAccuracy(StateRule[PersonFacts]):
    """Of people on duty. Resolved by a better position, and at the end of duty, checked out or
    not."""

    code: ClassVar[str] = "GPS_LOW_ACCURACY"
    subject: ClassVar[type[Facts]] = PersonFacts
    limits: ClassVar[tuple[Limit, ...]] = (LOW_ACCURACY, IN_A_ROW)

    def holds(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        duty = facts.on_duty
        if duty is None or at >= facts.duty_over_at:
            return
        if facts.poor_fixes < directory.limit(IN_A_ROW.name, duty.site):
            return
        where = at_site(duty.site, directory)
        yield Standing(
            entity_type="person",
            entity_id=facts.code,
            message=f"Positions of {facts.code}{where} are good to {facts.accuracy_m:.0f} m only",
            severity=Severity.MEDIUM,
            site=duty.site,
            person=facts.code,
            evidence={"accuracy_m": facts.accuracy_m},
        )

    def due(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Seconds | None:
        return facts.duty_over_at if facts.poor_fixes and at < facts.duty_over_at else None
