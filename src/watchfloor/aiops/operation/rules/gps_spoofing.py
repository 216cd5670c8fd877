"""A position that the phone was told to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from watchfloor.aiops.fraud import spoofing
from watchfloor.aiops.fraud.suspicion import Suspicion
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Fix, Punch
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.whereabouts import Place, accuracy_of, next_place, position_of
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.rules.suspecting import LEAST_SURE, of_person
from watchfloor.aiops.types import Severity


class GpsSpoofing(EventRule[PersonFacts]):
    """Ended by people."""

    code: ClassVar[str] = "GPS_SPOOFING"
    subject: ClassVar[type[Facts]] = PersonFacts
    limits: ClassVar[tuple[Limit, ...]] = (LEAST_SURE,)

    def sees(self, event: Event, facts: PersonFacts, directory: Directory) -> Iterable[Standing]:
        if not isinstance(event, Fix | Punch) or not directory.is_one_person(facts.code):
            return
        duty = facts.on_duty
        site = event.site or (duty.site if duty else "")
        least = directory.limit(LEAST_SURE.name, site)
        for suspicion in _suspicions(event, facts.places.get(event.device)):
            if suspicion is not None and suspicion.confidence >= least:
                yield of_person(
                    suspicion, facts.code, Severity.HIGH, directory, site=site,
                    key=suspicion.detector, device=event.device,
                )  # fmt: skip


def _suspicions(event: Fix | Punch, before: Place | None) -> Iterator[Suspicion | None]:
    yield spoofing.mocked(is_mock=event.mock)
    position = position_of(event)
    if position is None or (before is not None and event.ts <= before.at):
        return
    place = next_place(before, event.ts, position, accuracy_of(event))
    yield _jumped(event, before, place)
    yield spoofing.frozen(place.same, place.at - place.same_since)
    if isinstance(event, Fix) and event.network_lat is not None and event.network_lon is not None:
        network = (event.network_lat, event.network_lon)
        yield spoofing.disagreeing(position, network, place.sighting.within_m)


def _jumped(event: Fix | Punch, before: Place | None, place: Place) -> Suspicion | None:
    """Return a jump that the next fix bears out; one to a punch at once, since it is used for it.

    A single fix elsewhere is a glitch.
    """
    if isinstance(event, Punch) and place.jumped_from is not None:
        return spoofing.teleport(place.jumped_from, place.sighting)
    if before is None or before.jumped_from is None or place.jumped_from is not None:
        return None
    if spoofing.teleport(before.jumped_from, place.sighting) is None:
        return None
    return spoofing.teleport(before.jumped_from, before.sighting)
