"""Somebody works on and on: no check-out, and no break worth the name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Moment
from watchfloor.aiops.operation.facts.person import DAY, HOUR, PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.wording import at_site, clock
from watchfloor.aiops.types import Seconds, Severity

HOURS = Limit(
    name="overtime_hours",
    default=16,
    unit="hours",
    low=4,
    high=48,
    says="For how long somebody may work without a break.",
)
BREAK = Limit(
    name="overtime_break_minutes",
    default=60,
    unit="minutes",
    low=0,
    high=720,
    says="A shorter absence between two shifts is no break.",
)
_FORGOTTEN: Seconds = 3 * DAY
"""After the limit a check-out was forgotten: nobody works on for days."""
_GONE: Seconds = 4 * HOUR
"""Who is heard of on duty, and has not been for so long, forgot it too."""


class OvertimeViolation(StateRule[PersonFacts]):
    """Resolved by the next punch out, or in after a break."""

    code: ClassVar[str] = "OVERTIME_VIOLATION"
    subject: ClassVar[type[Facts]] = PersonFacts
    limits: ClassVar[tuple[Limit, ...]] = (HOURS, BREAK)

    def holds(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        since, duty = self._since(facts, directory), facts.on_duty
        if since is None or duty is None:
            return
        limit = directory.limit(HOURS.name, duty.site)
        over = since + limit * HOUR
        if over <= at < over + _FORGOTTEN and not _is_gone(facts, over):
            where = at_site(duty.site, directory)
            begun = clock(since, duty.site, directory, beside=at)
            yield Standing(
                entity_type="person",
                entity_id=facts.code,
                message=f"{facts.code}{where} has worked for {limit:g} hours, since {begun}",
                severity=Severity.HIGH,
                key=str(int(since)),
                site=duty.site,
                person=facts.code,
                evidence={"since": Moment(since), "limit_hours": limit},
            )

    def due(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Seconds | None:
        since = self._since(facts, directory)
        if since is None or facts.on_duty is None:
            return None
        over = since + directory.limit(HOURS.name, facts.on_duty.site) * HOUR
        return next((moment for moment in (over, over + _FORGOTTEN) if moment > at), None)

    def _since(self, facts: PersonFacts, directory: Directory) -> Seconds | None:
        if facts.on_duty is None or not directory.is_one_person(facts.code):
            return None
        return facts.working_since(60 * directory.limit(BREAK.name, facts.on_duty.site))


def _is_gone(facts: PersonFacts, at: Seconds) -> bool:
    return facts.is_heard_of and facts.heard_at < at - _GONE
