"""What the rules on arming have in common: they look at areas that are disarmed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Moment
from watchfloor.aiops.operation.facts.site_areas import Area, SiteAreasFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.wording import clock, placed
from watchfloor.aiops.types import Seconds, Severity


class ArmingRule(StateRule[SiteAreasFacts]):
    """`told_from` is when an area, disarmed as it is, is told; it is until its next opening.

    `says` goes on from the area's name. It may name the moments of the evidence.
    """

    subject: ClassVar[type[Facts]] = SiteAreasFacts
    severity: ClassVar[Severity]
    says: ClassVar[str]

    @abstractmethod
    def told_from(self, area: Area, at: Seconds, directory: Directory) -> Seconds | None:
        """Return the moment, which may lie ahead; None if it is not to be told in these hours."""

    def holds(self, facts: SiteAreasFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        for area in facts.disarmed():
            told_from = self.told_from(area, at, directory)
            if told_from is not None and at >= told_from:
                yield self._standing(area, at, directory)

    def due(self, facts: SiteAreasFacts, at: Seconds, directory: Directory) -> Seconds | None:
        moments = (
            moment
            for area in facts.disarmed()
            for moment in self._moments(area, at, directory)
            if moment is not None and moment > at
        )
        return min(moments, default=None)

    def _moments(self, area: Area, at: Seconds, directory: Directory) -> Iterator[Seconds | None]:
        yield self.told_from(area, at, directory)
        yield area.next_change(at, directory)

    def _standing(self, area: Area, at: Seconds, directory: Directory) -> Standing:
        closed = area.closed(at, directory)
        moments = {"disarmed": Moment(area.since)}
        if closed is not None:
            moments |= {"closing": Moment(closed.since), "opening": Moment(closed.until)}
        said = {
            name: clock(moment, area.site, directory, beside=at) for name, moment in moments.items()
        }
        named = placed(area.name, area.site, directory)
        return Standing(
            entity_type="site",
            entity_id=area.site,
            message=f"{named} {self.says.format(**said)}",
            severity=self.severity,
            key=area.name,
            site=area.site,
            person=area.person,
            evidence={"area": area.name, **moments},
        )
