"""Nothing is heard of somebody on duty, for longer than that person is ever quiet awake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.fraud import inactivity
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Moment
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.local import local_time
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.wording import at_site, clock
from watchfloor.aiops.types import Seconds, Severity

WINDOW = Limit(
    name="inactivity_minutes",
    default=inactivity.WINDOW / 60,
    unit="minutes",
    low=15,
    high=720,
    says="For how long nothing may be heard of somebody on duty, at the least.",
)


class GuardInactivity(StateRule[PersonFacts]):
    """Resolved by a sign of life, and at the end of the shift, checked out or not."""

    code: ClassVar[str] = "GUARD_INACTIVITY"
    subject: ClassVar[type[Facts]] = PersonFacts
    limits: ClassVar[tuple[Limit, ...]] = (WINDOW,)

    def holds(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        span, duty = _span(facts, directory), facts.on_duty
        if span is None or duty is None or not span[0] <= at < span[1]:
            return
        sure = inactivity.confidence(
            _rate(facts), span[0] - facts.heard_at, _hour(facts, directory)
        )
        where = at_site(duty.site, directory)
        since = clock(facts.heard_at, duty.site, directory, beside=at)
        yield Standing(
            entity_type="person",
            entity_id=facts.code,
            message=f"Nothing has been heard of {facts.code}{where} since {since}",
            severity=Severity.HIGH,
            key=duty.shift,
            site=duty.site,
            person=facts.code,
            evidence={
                "detector": "inactivity",
                "confidence": round(sure, 4),
                "silent_since": Moment(facts.heard_at),
            },
        )

    def due(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Seconds | None:
        span = _span(facts, directory)
        return next((moment for moment in span or () if moment > at), None)


def _span(facts: PersonFacts, directory: Directory) -> tuple[Seconds, Seconds] | None:
    """Return from when to when the silence stands, if nothing more is heard."""
    duty = facts.on_duty
    if duty is None or not facts.is_heard_of:
        return None
    least = 60 * directory.limit(WINDOW.name, duty.site)
    needed = inactivity.needed_s(_rate(facts), _hour(facts, directory))
    begin = facts.heard_at + max(least, needed)
    end = facts.duty_over_at
    return (begin, end) if begin < end else None


def _rate(facts: PersonFacts) -> float:
    now = facts.heard_at - facts.on_duty.at if facts.on_duty else 0.0
    return inactivity.rate(facts.heard, facts.duty_s + now)


def _hour(facts: PersonFacts, directory: Directory) -> int:
    """Return an hour of the silence, one in which people fall asleep if it reaches into those:
    its first, or the one in which it could first be told of."""
    site = facts.on_duty.site if facts.on_duty else ""
    least = 60 * directory.limit(WINDOW.name, site)
    hours = [local_time(facts.heard_at + after, site, directory).hour for after in (0.0, least)]
    return next((hour for hour in hours if hour in inactivity.DEEP_NIGHT), hours[-1])
