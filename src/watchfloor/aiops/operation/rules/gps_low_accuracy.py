"""For some minutes no position of a person was good enough to be of use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.whereabouts import LOW_ACCURACY
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.types import Seconds, Severity

FOR = Limit(
    name="gps_low_accuracy_minutes",
    default=5,
    unit="minutes",
    low=0,
    high=240,
    says="For how long no position may be accurate enough before it is told.",
)


class GpsLowAccuracy(StateRule[PersonFacts]):
    """Of people on duty. Resolved by a better position, and at the end of duty."""

    code: ClassVar[str] = "GPS_LOW_ACCURACY"
    subject: ClassVar[type[Facts]] = PersonFacts
    limits: ClassVar[tuple[Limit, ...]] = (LOW_ACCURACY, FOR)

    def holds(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        since, duty = self._from(facts, directory), facts.on_duty
        if since is None or duty is None or at < since:
            return
        yield Standing(
            entity_type="person",
            entity_id=facts.code,
            message=f"Positions of {facts.code} are known to {facts.accuracy_m:.0f} m only",
            severity=Severity.MEDIUM,
            site=duty.site,
            person=facts.code,
            evidence={"accuracy_m": facts.accuracy_m},
        )

    def due(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Seconds | None:
        since = self._from(facts, directory)
        return since if since is not None and since > at else None

    def _from(self, facts: PersonFacts, directory: Directory) -> Seconds | None:
        if facts.poor_since is None or facts.on_duty is None:
            return None
        since = max(facts.poor_since, facts.on_duty.at)
        return since + 60 * directory.limit(FOR.name, facts.on_duty.site)
