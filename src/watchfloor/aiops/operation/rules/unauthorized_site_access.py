"""Somebody checks in at a site where that person is not to work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Punch
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.wording import at_site
from watchfloor.aiops.types import Severity


class UnauthorizedSiteAccess(EventRule[PersonFacts]):
    """Where nobody has said at which sites a person may work, nothing is told. Ended by people."""

    code: ClassVar[str] = "UNAUTHORIZED_SITE_ACCESS"
    subject: ClassVar[type[Facts]] = PersonFacts

    def sees(self, event: Event, facts: PersonFacts, directory: Directory) -> Iterable[Standing]:
        ref = directory.people.get(facts.code)
        if ref is None or ref.sites is None or not isinstance(event, Punch):
            return
        if event.kind != "check_in" or event.site in ref.sites or event.site == ref.home_site:
            return
        where = at_site(event.site, directory)
        yield Standing(
            entity_type="person",
            entity_id=facts.code,
            message=f"{facts.code} checked in{where}, where that person may not work",
            severity=Severity.CRITICAL,
            key=event.site,
            site=event.site,
            person=facts.code,
            device=event.device,
            evidence={"authorised": sorted(ref.sites)},
        )
