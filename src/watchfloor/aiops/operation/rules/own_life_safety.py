"""A sensor says what the tenant itself counts as danger to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Reading
from watchfloor.aiops.operation.facts.site_areas import SiteAreasFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.readings import is_clear
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.rules.life_safety import in_danger
from watchfloor.aiops.types import Seconds, canonical_type


class OwnLifeSafety(EventRule[SiteAreasFacts]):
    """Its alerts are of the tenant's own type, by which they are protected on all their way."""

    code: ClassVar[str] = "OWN_LIFE_SAFETY"
    subject: ClassVar[type[Facts]] = SiteAreasFacts
    tells_again_after: ClassVar[Seconds] = 0.0

    def sees(self, event: Event, facts: SiteAreasFacts, directory: Directory) -> Iterable[Standing]:
        if not isinstance(event, Reading) or is_clear(event):
            return
        kind = canonical_type(event.kind)
        if kind in directory.own_life_safety:
            told = in_danger(event, kind, directory)
            yield replace(told, key=f"{kind}:{event.device}", alert_type=kind)
