"""What sensors and buttons say of people in danger: told at once, and ended by people only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Reading
from watchfloor.aiops.operation.facts.site_areas import SiteAreasFacts, site_of
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.readings import is_clear
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.rules.sensing import sensed
from watchfloor.aiops.types import Seconds, Severity, canonical_type


class LifeSafety(EventRule[SiteAreasFacts]):
    """`readings`: the kinds of reading that mean this, beside its own code.

    Every one is told: who presses again a minute after somebody took it for done is in danger.
    """

    subject: ClassVar[type[Facts]] = SiteAreasFacts
    tells_again_after: ClassVar[Seconds] = 0.0
    readings: ClassVar[frozenset[str]] = frozenset()

    def sees(self, event: Event, facts: SiteAreasFacts, directory: Directory) -> Iterable[Standing]:
        if not isinstance(event, Reading) or is_clear(event):
            return
        kind = canonical_type(event.kind)
        if kind == self.code or kind in self.readings:
            yield in_danger(event, kind, directory)


def in_danger(event: Reading, kind: str, directory: Directory) -> Standing:
    """Return what a reading says of somebody who may be in danger."""
    site = site_of(event, directory)
    return Standing(
        entity_type="device",
        entity_id=event.device,
        message=sensed(event, kind, site, directory),
        severity=Severity.CRITICAL,
        key=event.device,
        site=site,
        device=event.device,
        person=event.person,
        evidence={"area": event.area, "kind": kind, "value": event.value},
    )
