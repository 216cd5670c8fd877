"""Who is to stand where: a week of shifts at a time, by turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.seasons import HOUR, at_local, local
from watchfloor.demo.world import Site, World

BEGINS = (7, 15, 23)
REST: Seconds = 11 * HOUR
SHORT_SHARE = 0.015
"""Shares of shifts that are published with a name too few: nobody counted."""


@dataclass(slots=True, eq=False)
class Shift:
    code: str
    site: str
    start: Seconds
    end: Seconds
    required: int
    people: list[str]
    announced: int = 0
    """Names that leave took and nobody replaced."""

    def published(self) -> dict[str, object]:
        return {
            "kind": "roster",
            "shift": self.code,
            "site": self.site,
            "start": self.start,
            "end": self.end,
            "required": self.required,
            "people": list(self.people),
            "post": post_of(self.site),
        }


class Rota:
    def __init__(self, world: World, rng: Random) -> None:
        self._world = world
        self._rng = rng
        self._last_end: dict[str, Seconds] = {}
        self._worked: dict[str, int] = {}

    def days(self, first: date, count: int, since: Seconds) -> Iterator[Shift]:
        """Yield the shifts that begin on so many days, but for those that began before `since`."""
        for number in range(count):
            day = first + timedelta(days=number)
            for site in self._world.sites:
                yield from (s for s in self._of_day(site, day) if s.start > since)

    def free_for(self, shift: Shift) -> Sequence[str]:
        """Return the site's guards who have had their rest and do not stand on the shift."""
        return [
            guard.code
            for guard in self._world.guards_of(shift.site)
            if guard.code not in shift.people and self._is_rested(guard.code, shift.start)
        ]

    def takes(self, person: str, shift: Shift) -> None:
        """Note that somebody stands on a shift."""
        self._last_end[person] = max(shift.end, self._last_end.get(person, 0.0))
        self._worked[person] = self._worked.get(person, 0) + 1

    def _of_day(self, site: Site, day: date) -> Iterator[Shift]:
        for number, hour in enumerate(BEGINS):
            start = at_local(day, hour)
            following = BEGINS[(number + 1) % len(BEGINS)]
            after = day if following > hour else day + timedelta(days=1)
            code = f"{site.code}-{day:%y%m%d}-{number + 1}"
            shift = Shift(code, site.code, start, at_local(after, following), site.posts, [])
            yield self._filled(shift)

    def _filled(self, shift: Shift) -> Shift:
        wanted = shift.required - (self._rng.random() < SHORT_SHARE)
        free = sorted(self.free_for(shift), key=lambda code: (self._worked.get(code, 0), code))
        for person in free[:wanted]:
            shift.people.append(person)
            self.takes(person, shift)
        return shift

    def _is_rested(self, person: str, at: Seconds) -> bool:
        return self._last_end.get(person, 0.0) + REST <= at


def today(at: Seconds) -> date:
    return local(at).date()


def post_of(site: str) -> str:
    """Return the one post of a site."""
    return f"{site}-P1"


def shift_begun(at: Seconds) -> Seconds:
    """Return when the shift began that is on at a moment, by the clocks on the walls."""
    hours = (local(at).hour - max((h for h in BEGINS if h <= local(at).hour), default=-1)) % 24
    return at - at % HOUR - hours * HOUR
