"""Somebody works on and on: no check-out, and no break worth the name; or too much in one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import inf
from typing import ClassVar, NamedTuple, TypeAlias

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Moment
from watchfloor.aiops.operation.facts.person import DAY, HOUR, PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.wording import at_site, clock
from watchfloor.aiops.types import Seconds, Severity

Span: TypeAlias = tuple[Seconds, Seconds]

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
IN_DAY = Limit(
    name="overtime_hours_in_day",
    default=24,
    unit="hours",
    low=4,
    high=24,
    says="For how long somebody may work in any 24 hours, breaks left out; 24 is told of nobody.",
)
_FORGOTTEN: Seconds = 3 * DAY
"""After the limit a check-out was forgotten: nobody works on for days."""
_GONE: Seconds = 4 * HOUR
"""Who is heard of on duty, and has not been for so long, forgot it too."""


class OvertimeViolation(StateRule[PersonFacts]):
    """Resolved by the next punch out, or in after a break. The first that is broken is told."""

    code: ClassVar[str] = "OVERTIME_VIOLATION"
    subject: ClassVar[type[Facts]] = PersonFacts
    limits: ClassVar[tuple[Limit, ...]] = (HOURS, BREAK, IN_DAY)

    def holds(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        duty = facts.on_duty
        for one in _broken(facts, directory):
            if duty is None or not one.over <= at < one.over + _FORGOTTEN:
                continue
            if not _is_gone(facts, one.over):
                yield Standing(
                    entity_type="person",
                    entity_id=facts.code,
                    message=f"{facts.code}{at_site(duty.site, directory)} {one.says}",
                    severity=Severity.HIGH,
                    key=one.key,
                    site=duty.site,
                    person=facts.code,
                    evidence={"since": Moment(one.since), "limit_hours": one.limit},
                )
                return

    def due(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Seconds | None:
        overs = [one.over for one in _broken(facts, directory)]
        moments = (*overs, *(over + _FORGOTTEN for over in overs))
        return min((moment for moment in moments if moment > at), default=None)


class _Broken(NamedTuple):
    """A limit that somebody on duty breaks, or will unless the duty ends before `over`."""

    over: Seconds
    since: Seconds
    limit: float
    key: str
    says: str


def _broken(facts: PersonFacts, directory: Directory) -> Iterator[_Broken]:
    duty = facts.on_duty
    if duty is None or not directory.is_one_person(facts.code):
        return
    since = facts.working_since(60 * directory.limit(BREAK.name, duty.site))
    if since is not None:
        limit = directory.limit(HOURS.name, duty.site)
        over = since + limit * HOUR
        begun = clock(since, duty.site, directory, beside=over)
        says = f"has worked for {limit:g} hours without a break, since {begun}"
        yield _Broken(over, since, limit, str(int(since)), says)
    limit = directory.limit(IN_DAY.name, duty.site)
    if limit < IN_DAY.default:
        over = worked_at(_spells(facts), duty.at, limit * HOUR)
        says = f"has worked {limit:g} of the last 24 hours"
        yield _Broken(over, over - DAY, limit, f"day-{int(duty.at)}", says)


def _spells(facts: PersonFacts) -> list[Span]:
    """Return when the person was on duty before this duty. Where a check-out is missing nobody
    knows for how long: that counts for nothing.
    """
    return [
        (came.at, left.at)
        for came, left in pairwise(facts.punches)
        if came.is_in and not left.is_in
    ]


def worked_at(spells: Sequence[Span], since: Seconds, work: Seconds) -> Seconds:
    """Return when somebody on duty `since` then will have worked so long in the 24 hours before.

    `work` is less than a day. What is worked on the one end may fall out of the day at the other.
    """
    at = since
    while True:
        in_day = sum(max(0.0, left - max(came, at - DAY)) for came, left in spells)
        lacking = work - in_day - (at - since)
        if lacking <= 0:
            return at
        ahead = [edge + DAY for spell in spells for edge in spell if edge + DAY > at]
        is_falling = any(came + DAY <= at < left + DAY for came, left in spells)
        if not is_falling and at + lacking <= min(ahead, default=inf):
            return at + lacking
        at = min(ahead)


def _is_gone(facts: PersonFacts, at: Seconds) -> bool:
    return facts.is_heard_of and facts.heard_at < at - _GONE
