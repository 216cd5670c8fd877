"""A mandatory tour was not completed in time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Moment
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.tour import KEPT, TourFacts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.rules.touring import tour_of
from watchfloor.aiops.operation.wording import clock
from watchfloor.aiops.types import Seconds, Severity

GRACE = Limit(
    name="tour_grace_minutes",
    default=30,
    unit="minutes",
    low=0,
    high=480,
    says="How long after its end a mandatory tour may still be completed before it is told.",
)


class TourOverdue(StateRule[TourFacts]):
    """Resolved when the tour is completed or cancelled, and a day after its end."""

    code: ClassVar[str] = "TOUR_OVERDUE"
    subject: ClassVar[type[Facts]] = TourFacts
    limits: ClassVar[tuple[Limit, ...]] = (GRACE,)

    def holds(self, facts: TourFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        is_owed = facts.is_mandatory and not facts.is_cancelled and not facts.is_completed
        if not is_owed or not self._from(facts, directory) <= at < facts.end + KEPT:
            return
        done, planned = len(facts.checkpoints) - len(facts.missed), len(facts.checkpoints)
        so_far = f"{done} of {planned} checkpoints" if planned else "nobody has finished it"
        since = clock(facts.end, facts.site, directory, beside=at)
        yield Standing(
            entity_type="tour",
            entity_id=facts.code,
            message=f"{tour_of(facts, directory)} is overdue since {since}: {so_far}",
            severity=Severity.HIGH,
            site=facts.site,
            person=facts.person,
            evidence={"end": Moment(facts.end), "scanned": done, "planned": planned},
        )

    def due(self, facts: TourFacts, at: Seconds, directory: Directory) -> Seconds | None:
        moments = (self._from(facts, directory), facts.end + KEPT) if facts.end else ()
        return min((moment for moment in moments if moment > at), default=None)

    def _from(self, facts: TourFacts, directory: Directory) -> Seconds:
        return facts.end + 60 * directory.limit(GRACE.name, facts.site)
