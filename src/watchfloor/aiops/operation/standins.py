"""Who fills a place of a shift and is on no roster: relief that was sent in at short notice.

Most terminals know no shifts. A check-in of somebody who stands on no roster about then fills one
place of a shift at its site that is short at that moment, until the person checks out. A shift for
which nobody is awaited any more goes before one that has begun and may only be waiting for somebody
late; among these the one that begins nearest.

The answer is one of what is known by the times of the punches, whenever that was heard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Punch, Relief
from watchfloor.aiops.operation.rostered import AROUND, Stand
from watchfloor.aiops.operation.rules.attendance_missing import BREAK, GRACE
from watchfloor.aiops.types import Seconds

Span: TypeAlias = tuple[Seconds, Seconds]


class Needed(NamedTuple):
    """A shift as it is to be staffed, and who came to it."""

    shift: str
    site: str
    start: Seconds
    end: Seconds
    required: int
    rostered: Mapping[str, Seconds | None]
    """Who stands on it, and since when it is known that they will not come."""
    came: Mapping[str, Seconds]
    """When somebody first came to it who stands on it, or named it."""
    breaks: Mapping[str, Sequence[Span]] = MappingProxyType({})
    """From when to when who was on a break; one goes on while its end is infinite."""


class Held(NamedTuple):
    """A place that somebody on no roster fills, and since when its holder is on a break."""

    shift: str
    person: str
    break_at: Seconds | None = None


def reliefs(
    needed: Iterable[Needed],
    punches: Iterable[Punch],
    directory: Directory,
    held: Iterable[Held] = (),
) -> list[Relief]:
    """Return who fills a place and who leaves it, in the order of time.

    `punches` are those of people who are on no roster about then, and of no shift; `held` are the
    places that such people filled before, and have not left.
    """
    places = _Places(needed, directory, held)
    order = sorted(punches, key=lambda one: (one.ts, one.kind != "check_out", one.person))
    return [told for punch in order for told in places.hear(punch)]


def on_no_roster(
    punches: Iterable[Punch], stands: Mapping[str, Iterable[Stand]]
) -> Iterator[Punch]:
    """Yield the punches of no shift of people who are to be nowhere else about then.

    `stands` by person.
    """
    for punch in punches:
        about = (
            one.is_rostered and one.start - AROUND <= punch.ts < one.end
            for one in stands.get(punch.person, ())
        )
        if not punch.shift and not any(about):
            yield punch


class _Places:
    """The places of some shifts, filled one after the other."""

    def __init__(
        self, needed: Iterable[Needed], directory: Directory, held: Iterable[Held]
    ) -> None:
        self._directory = directory
        self._at_site: defaultdict[str, list[Needed]] = defaultdict(list)
        for one in needed:
            self._at_site[one.site].append(one)
        self._filled: defaultdict[str, dict[str, Seconds | None]] = defaultdict(dict)
        """Of each shift by whom, and since when on a break."""
        for place in held:
            self._filled[place.shift][place.person] = place.break_at

    def hear(self, punch: Punch) -> Iterator[Relief]:
        """Yield what the next punch changes."""
        here = self._at_site[punch.site]
        own = [one for one in here if punch.person in self._filled[one.shift]]
        if punch.kind == "check_out":
            for one in own:
                del self._filled[one.shift][punch.person]
                yield _relief(punch, one, is_there=False)
        elif punch.kind == "break_start":
            for one in own:
                self._filled[one.shift][punch.person] = punch.ts
                yield _relief(punch, one, is_on_break=True)
        elif on := [one for one in own if punch.ts < one.end]:
            for one in on:
                if self._filled[one.shift][punch.person] is not None:
                    self._filled[one.shift][punch.person] = None
                    yield _relief(punch, one)
        elif (short := self._short_for(punch)) is not None:
            self._filled[short.shift][punch.person] = None
            yield _relief(punch, short)

    def _short_for(self, punch: Punch) -> Needed | None:
        ranked = [
            (rank, abs(punch.ts - one.start), one.shift, one)
            for one in self._at_site[punch.site]
            if one.start - AROUND <= punch.ts < one.end and punch.person not in one.came
            if (rank := self._rank(one, punch.ts)) is not None
        ]
        return min(ranked)[-1] if ranked else None

    def _rank(self, one: Needed, at: Seconds) -> int | None:
        """Return how urgently a shift lacks somebody, 0 the most; None where it does not."""
        came = {person for person, since in one.came.items() if since <= at}
        covering = came.union(self._filled[one.shift]) - self._strayed(one, at)
        uncovered = one.required - len(covering)
        awaited = sum(self._is_awaited(person, one, at) for person in one.rostered.keys() - came)
        if uncovered > awaited:
            return 0
        return 1 if at >= one.start and uncovered > 0 else None

    def _strayed(self, one: Needed, at: Seconds) -> set[str]:
        """Return who should be back from a break by then."""
        longest = 60 * self._directory.limit(BREAK.name, one.site)
        held = {who: since for who, since in self._filled[one.shift].items() if since is not None}
        spans = [(who, span) for who, some in one.breaks.items() for span in some]
        spans += [(who, (since, inf)) for who, since in held.items()]
        return {who for who, (began, over) in spans if began + longest <= at < over}

    def _is_awaited(self, person: str, one: Needed, at: Seconds) -> bool:
        if at >= one.start + 60 * self._directory.limit(GRACE.name, one.site):
            return False
        told = one.rostered[person]
        is_away = told is not None and told <= at
        return not is_away and not self._directory.is_on_leave(person, one.start)


def _relief(
    punch: Punch, one: Needed, *, is_there: bool = True, is_on_break: bool = False
) -> Relief:
    return Relief(
        ts=punch.ts,
        shift=one.shift,
        person=punch.person,
        is_there=is_there,
        is_on_break=is_on_break,
    )
