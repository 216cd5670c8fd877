"""Two punches at two sites, with less time between them than the way takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.fraud.suspicion import Sighting, Suspicion
from watchfloor.aiops.fraud.travel import impossible, in_two_places
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Punch
from watchfloor.aiops.operation.facts.person import Mark, PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.rules.suspecting import LEAST_SURE, of_person
from watchfloor.aiops.types import Seconds, Severity

SPEED = Limit(
    name="travel_speed_kmh",
    default=150,
    unit="km/h",
    low=30,
    high=1000,
    says="Faster than this nobody travels from one site to the next.",
)
LEAST_TRAVEL = Limit(
    name="travel_least_minutes",
    default=5,
    unit="minutes",
    low=0,
    high=120,
    says="What leaving one site and arriving at another takes, however near they are.",
)


class ImpossibleShifts(EventRule[PersonFacts]):
    """Ended by people."""

    code: ClassVar[str] = "IMPOSSIBLE_SHIFTS"
    subject: ClassVar[type[Facts]] = PersonFacts
    limits: ClassVar[tuple[Limit, ...]] = (SPEED, LEAST_TRAVEL, LEAST_SURE)

    def sees(self, event: Event, facts: PersonFacts, directory: Directory) -> Iterable[Standing]:
        if not isinstance(event, Punch) or not directory.is_one_person(facts.code):
            return
        for suspicion, other in between(event, facts, directory):
            if suspicion.confidence >= directory.limit(LEAST_SURE.name, event.site):
                key = f"{other.site}-{event.site}-{int(event.ts)}"
                yield of_person(
                    suspicion, event.person, Severity.CRITICAL, directory, site=event.site, key=key,
                    beside=other.site,
                )  # fmt: skip


def between(
    punch: Punch, facts: PersonFacts, directory: Directory
) -> Iterable[tuple[Suspicion, Mark]]:
    """Yield what the ways to the punches before and after it show, late ones included.

    What is the work of minutes is BUDDY_PUNCHING's.
    """
    here = seen_at(punch.site, punch.ts, directory)
    before = [mark for mark in facts.punches if mark.at <= punch.ts][-1:]
    after = [mark for mark in facts.punches if mark.at > punch.ts][:1]
    for mark in (*before, *after):
        there = seen_at(mark.site, mark.at, directory)
        if here is None or there is None or mark.site == punch.site:
            continue
        if mark.is_in and punch.kind == "check_in" and in_two_places(there, here):
            continue
        suspicion = impossible(
            there,
            here,
            speed_kmh=directory.limit(SPEED.name, punch.site),
            least_s=60 * directory.limit(LEAST_TRAVEL.name, punch.site),
        )
        if suspicion is not None:
            yield suspicion, mark


def seen_at(site: str, at: Seconds, directory: Directory) -> Sighting | None:
    """Return a sighting anywhere within a site; None where nobody said where that is."""
    ref = directory.sites.get(site)
    if ref is None or ref.position is None:
        return None
    return Sighting(at, ref.position, ref.radius_m, site)
