"""One identity at two places at once, or one's own device or face for somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeGuard

from watchfloor.aiops.fraud import sharing
from watchfloor.aiops.fraud.suspicion import Suspicion
from watchfloor.aiops.fraud.travel import in_two_places
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Punch
from watchfloor.aiops.operation.facts.face import FaceFacts
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.terminal import TerminalFacts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.rules.impossible_shifts import seen_at
from watchfloor.aiops.operation.rules.suspecting import LEAST_SURE, of_person
from watchfloor.aiops.types import Severity

_CODE = "BUDDY_PUNCHING"


class InTwoPlaces(EventRule[PersonFacts]):
    """Two check-ins of one identity within minutes. Ended by people."""

    code: ClassVar[str] = _CODE
    subject: ClassVar[type[Facts]] = PersonFacts
    limits: ClassVar[tuple[Limit, ...]] = (LEAST_SURE,)

    def sees(self, event: Event, facts: PersonFacts, directory: Directory) -> Iterable[Standing]:
        if not _is_check_in(event, directory):
            return
        here = seen_at(event.site, event.ts, directory)
        for mark in facts.punches:
            there = seen_at(mark.site, mark.at, directory)
            if here is None or there is None or not mark.is_in:
                continue
            suspicion = in_two_places(there, here)
            if _is_sure(suspicion, event, directory):
                key = "-".join(sorted((mark.site, event.site)))
                yield of_person(
                    suspicion, event.person, Severity.CRITICAL, directory, site=event.site, key=key,
                    beside=mark.site,
                )  # fmt: skip


class OnAnothersDevice(EventRule[TerminalFacts]):
    """A device that is somebody's own checks another in. Ended by people."""

    code: ClassVar[str] = _CODE
    subject: ClassVar[type[Facts]] = TerminalFacts
    limits: ClassVar[tuple[Limit, ...]] = (LEAST_SURE,)

    def sees(self, event: Event, facts: TerminalFacts, directory: Directory) -> Iterable[Standing]:
        if not _is_check_in(event, directory):
            return
        owner = facts.owner(directory)
        suspicion = sharing.for_another(
            event.person,
            owner,
            facts.since(owner, event.ts),
            uses=facts.uses,
            face=event.confidence,
            liveness=event.liveness,
        )
        yield from _of(suspicion, event, directory)


class ByAnothersFace(EventRule[FaceFacts]):
    """A face that is somebody else's checks a person in. Ended by people."""

    code: ClassVar[str] = _CODE
    subject: ClassVar[type[Facts]] = FaceFacts
    limits: ClassVar[tuple[Limit, ...]] = (LEAST_SURE,)

    def sees(self, event: Event, facts: FaceFacts, directory: Directory) -> Iterable[Standing]:
        if _is_check_in(event, directory):
            owner = facts.owner(event.device, directory)
            suspicion = sharing.same_face(event.person, owner, event.confidence)
            yield from _of(suspicion, event, directory)


def _of(suspicion: Suspicion | None, event: Punch, directory: Directory) -> Iterable[Standing]:
    if _is_sure(suspicion, event, directory):
        key = f"{event.person}-{suspicion.detector}"
        yield of_person(
            suspicion,
            event.person,
            Severity.CRITICAL,
            directory,
            site=event.site,
            key=key,
            device=event.device,
        )


def _is_check_in(event: Event, directory: Directory) -> TypeGuard[Punch]:
    if not isinstance(event, Punch) or event.kind != "check_in":
        return False
    return directory.is_one_person(event.person)


def _is_sure(
    suspicion: Suspicion | None, event: Punch, directory: Directory
) -> TypeGuard[Suspicion]:
    least = directory.limit(LEAST_SURE.name, event.site)
    return suspicion is not None and suspicion.confidence >= least
