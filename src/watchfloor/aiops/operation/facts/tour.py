"""A tour as it is to be walked, and how far it went."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import (
    Event,
    TourCancelled,
    TourFinished,
    TourPlanned,
    TourScan,
    TourStarted,
)
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.types import Seconds

KEPT: Seconds = 24 * 3600
"""After its end, or the last that was heard of it, a tour is remembered so long."""
ROUTES = "routes"
"""Among the directory's extras: the checkpoints of each route, in order."""


class TourFacts(Facts):
    """Unplanned while `end` is 0: a tour may be walked that nobody planned. `planned_at`: when it
    was planned or cancelled last; an older word that comes late changes neither."""

    kind: ClassVar[str] = "tour"
    hears: ClassVar[tuple[type[Event], ...]] = (
        TourPlanned,
        TourStarted,
        TourScan,
        TourFinished,
        TourCancelled,
    )

    site: str = ""
    person: str = ""
    end: Seconds = 0.0
    is_mandatory: bool = False
    route: str = ""
    checkpoints: list[str] = []
    scanned: list[str] = []
    finished_at: Seconds | None = None
    is_cancelled: bool = False
    heard_at: Seconds = 0.0
    planned_at: Seconds = 0.0

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        return (event.tour,)  # type: ignore[attr-defined]

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        heard = msgspec.structs.replace(
            self,
            site=getattr(event, "site", "") or self.site,
            person=getattr(event, "person", "") or self.person,
            heard_at=max(self.heard_at, at),
        )
        if isinstance(event, TourPlanned | TourCancelled):
            return heard if at < self.planned_at else heard._planned(event, at, directory)
        if isinstance(event, TourScan) and event.checkpoint not in self.scanned:
            return msgspec.structs.replace(heard, scanned=[*self.scanned, event.checkpoint])
        if isinstance(event, TourFinished):
            return msgspec.structs.replace(heard, finished_at=at)
        return heard

    @property
    def missed(self) -> list[str]:
        """Return the checkpoints that were not scanned, in their order."""
        return [one for one in self.checkpoints if one not in self.scanned]

    @property
    def is_completed(self) -> bool:
        return self.finished_at is not None or (bool(self.checkpoints) and not self.missed)

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        return at >= self._over_at()

    def over_due(self, directory: Directory) -> Seconds | None:
        return self._over_at()

    def _over_at(self) -> Seconds:
        return max(self.end, self.heard_at) + KEPT

    def _planned(
        self, event: TourPlanned | TourCancelled, at: Seconds, directory: Directory
    ) -> Self:
        if isinstance(event, TourCancelled):
            return msgspec.structs.replace(self, is_cancelled=True, planned_at=at)
        of_route = directory.extras.get(ROUTES, {}).get(event.route, ())
        return msgspec.structs.replace(
            self,
            end=float(event.end),
            is_mandatory=event.mandatory,
            route=event.route,
            checkpoints=list(dict.fromkeys(event.checkpoints or of_route)),
            is_cancelled=False,
            planned_at=at,
        )
