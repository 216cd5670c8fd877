"""A shift as it is to be staffed, and who came."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import (
    Event,
    LeaveNotice,
    Moment,
    Punch,
    Relief,
    RosterPublished,
)
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.types import Seconds

KEPT: Seconds = 24 * 3600
"""After its end, and after it was last heard of: punches of phones without a net come late."""


FARTHEST: Seconds = 24 * 3600
"""A punch that is further than this from its shift was dated by a wrong clock."""


class Came(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A person's presence on a shift; `out_at` is None while it lasts."""

    in_at: Seconds
    out_at: Seconds | None = None
    site: str = ""


class Break(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The last that is known of somebody's breaks: one began, or is over."""

    at: Seconds
    is_over: bool


class ShiftFacts(Facts):
    """Unpublished while `end` is 0: punches can come before their roster."""

    kind: ClassVar[str] = "shift"
    hears: ClassVar[tuple[type[Event], ...]] = (RosterPublished, LeaveNotice, Punch, Relief)

    site: str = ""
    post: str = ""
    start: Seconds = 0.0
    end: Seconds = 0.0
    required: int = 0
    people: list[str] = []
    leave: list[str] = []
    came: dict[str, Came] = {}
    heard_at: Seconds = 0.0
    published_at: Seconds = 0.0
    relieved: dict[str, Seconds] = {}
    """Who is there in somebody's place and on no roster, and since when."""
    breaks: dict[str, Break] = {}

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        shift = getattr(event, "shift", "")
        return (shift,) if shift else ()

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        heard_at = max(self.heard_at, at)
        if isinstance(event, RosterPublished):
            if at < self.published_at:
                return msgspec.structs.replace(self, heard_at=heard_at)
            return msgspec.structs.replace(
                self,
                heard_at=heard_at,
                published_at=at,
                site=event.site,
                post=event.post,
                start=float(event.start),
                end=float(event.end),
                required=event.required,
                people=list(event.people),
            )
        if isinstance(event, LeaveNotice):
            leave = [*self.leave, event.person] if event.person not in self.leave else self.leave
            return msgspec.structs.replace(self, heard_at=heard_at, leave=leave)
        if isinstance(event, Punch):
            if self.is_published and not self.start - FARTHEST <= at <= self.end + FARTHEST:
                return msgspec.structs.replace(self, heard_at=heard_at)
            site = self.site or event.site
            came = self._with(event, at)
            breaks = self._breaks(event.person, at, begins=event.kind == "break_start")
            return msgspec.structs.replace(
                self, heard_at=heard_at, site=site, came=came, breaks=breaks
            )
        if isinstance(event, Relief):
            relieved = {who: since for who, since in self.relieved.items() if who != event.person}
            if event.is_there:
                relieved[event.person] = at
            breaks = self._breaks(event.person, at, begins=event.is_on_break)
            return msgspec.structs.replace(
                self, heard_at=heard_at, relieved=relieved, breaks=breaks
            )
        return self

    @property
    def is_published(self) -> bool:
        return self.end > 0

    def punched_before(
        self, roster: RosterPublished, directory: Directory
    ) -> Iterator[tuple[Punch, Self]]:
        """Yield the punches that came before the first roster, each with what was known by then:
        they are judged as if it had been there.
        """
        if self.is_published:
            return
        known = msgspec.structs.replace(self.after(roster, roster.ts, directory), came={})
        for punch in self._punches():
            yield punch, known
            known = known.after(punch, punch.ts, directory)

    def covered_by(self, at: Seconds, longest_break: Seconds) -> int:
        """Return how many have checked in by a moment, those included who left since, and how many
        are there in somebody's place; but for those who did not come back from a break."""
        came = {person for person, came in self.came.items() if came.in_at <= at}
        return len(came.union(self.relief()).difference(self.strayed(at, longest_break)))

    def relief(self) -> list[str]:
        """Return who is there and on no roster, and did not name the shift."""
        return sorted(self.relieved.keys() - self.came.keys())

    def strayed(self, at: Seconds, longest_break: Seconds) -> list[str]:
        """Return who went on a break and should have been back by then."""
        return sorted(
            person
            for person, last in self.breaks.items()
            if not last.is_over and last.at + longest_break <= at
        )

    def missing(self) -> list[str]:
        """Return who stands on the roster and has not come, in its order."""
        return [person for person in self.people if person not in self.came]

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        return at >= self._over_at()

    def over_due(self, directory: Directory) -> Seconds | None:
        return self._over_at()

    def _over_at(self) -> Seconds:
        return max(self.end, self.heard_at) + KEPT

    def _punches(self) -> list[Punch]:
        """Return the punches that are known, in their order."""
        punches: list[Punch] = []
        for person, came in self.came.items():
            told = partial(Punch, site=came.site, person=person, shift=self.code)
            if came.in_at != came.out_at:
                punches.append(told(ts=Moment(came.in_at), kind="check_in"))
            if came.out_at is not None:
                punches.append(told(ts=Moment(came.out_at), kind="check_out"))
        return sorted(punches, key=lambda one: one.ts)

    def _with(self, punch: Punch, at: Seconds) -> dict[str, Came]:
        known = self.came.get(punch.person)
        if punch.kind == "break_start" and known is not None:
            came = known
        elif punch.kind == "break_start":
            came = Came(min(at, self.start or at), site=punch.site)
        elif punch.kind in ("check_in", "break_end"):
            if known is not None and (known.out_at is None or at <= known.out_at):
                came = msgspec.structs.replace(known, in_at=min(known.in_at, at))
            else:
                came = Came(at, site=punch.site)
        elif known is None:
            came = Came(min(at, self.start or at), at, punch.site)
        else:
            came = msgspec.structs.replace(known, out_at=max(at, known.out_at or at))
        return {**self.came, punch.person: came}

    def _breaks(self, person: str, at: Seconds, *, begins: bool) -> dict[str, Break]:
        """Return what is known of breaks once somebody was heard of; late news undo none."""
        known = self.breaks.get(person)
        if (known is None and not begins) or (known is not None and at < known.at):
            return self.breaks
        return {**self.breaks, person: Break(at, not begins)}
