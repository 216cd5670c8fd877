"""A tour was finished and left out too many of its checkpoints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, TourFinished
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.tour import TourFacts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.rules.touring import tour_of
from watchfloor.aiops.types import Severity

LEAST = Limit(
    name="tour_coverage_percent",
    default=80,
    unit="%",
    low=1,
    high=100,
    says="How many of its checkpoints a finished tour must have scanned.",
)


class TourIncomplete(EventRule[TourFacts]):
    """People end it: the tour is over, and what it left out stays left out."""

    code: ClassVar[str] = "TOUR_INCOMPLETE"
    subject: ClassVar[type[Facts]] = TourFacts
    limits: ClassVar[tuple[Limit, ...]] = (LEAST,)

    def sees(self, event: Event, facts: TourFacts, directory: Directory) -> Iterable[Standing]:
        planned = len(facts.checkpoints)
        if not isinstance(event, TourFinished) or facts.finished_at is not None or not planned:
            return
        missed, site = facts.missed, event.site or facts.site
        if 100 * (planned - len(missed)) / planned < directory.limit(LEAST.name, site):
            scanned = planned - len(missed)
            named = tour_of(facts, directory)
            yield Standing(
                entity_type="tour",
                entity_id=facts.code,
                message=f"{named} ended after {scanned} of {planned} checkpoints",
                severity=Severity.MEDIUM,
                site=site,
                person=event.person or facts.person,
                evidence={"missed": missed, "scanned": scanned, "planned": planned},
            )
