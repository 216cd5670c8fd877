"""Who fills a place of a shift and is on no roster: relief that was sent in at short notice.

Most terminals know no shifts. A check-in of somebody who stands on no roster about then fills one
place of a shift at its site that is short at that moment, until the person checks out. A shift for
which nobody is awaited any more goes before one that has begun and may only be waiting for somebody
late; among these the one that begins nearest.

The answer is one of what is known by the times of the punches, whenever that was heard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Punch, Relief
from watchfloor.aiops.operation.rostered import AROUND, Stand
from watchfloor.aiops.operation.rules.attendance_missing import GRACE
from watchfloor.aiops.types import Seconds


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


def reliefs(
    needed: Iterable[Needed],
    punches: Iterable[Punch],
    directory: Directory,
    held: Iterable[tuple[str, str]] = (),
) -> list[Relief]:
    """Return who fills a place and who leaves it, in the order of time.

    `punches` are those of people who are on no roster about then, and of no shift; `held` are
    shifts and people who filled a place of them before, and have not left.
    """
    places = _Places(needed, directory, held)
    order = sorted(punches, key=lambda one: (one.ts, one.kind == "check_in", one.person))
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
        self, needed: Iterable[Needed], directory: Directory, held: Iterable[tuple[str, str]]
    ) -> None:
        self._directory = directory
        self._at_site: defaultdict[str, list[Needed]] = defaultdict(list)
        for one in needed:
            self._at_site[one.site].append(one)
        self._filled: defaultdict[str, set[str]] = defaultdict(set)
        for shift, person in held:
            self._filled[shift].add(person)

    def hear(self, punch: Punch) -> Iterator[Relief]:
        """Yield what the next punch changes."""
        filled = [
            one for one in self._at_site[punch.site] if punch.person in self._filled[one.shift]
        ]
        if punch.kind == "check_out":
            for one in filled:
                self._filled[one.shift].remove(punch.person)
                yield _relief(punch, one, is_there=False)
        elif not any(punch.ts < one.end for one in filled):
            short = self._short_for(punch)
            if short is not None:
                self._filled[short.shift].add(punch.person)
                yield _relief(punch, short, is_there=True)

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
        uncovered = one.required - len(came | self._filled[one.shift])
        awaited = sum(self._is_awaited(person, one, at) for person in one.rostered.keys() - came)
        if uncovered > awaited:
            return 0
        return 1 if at >= one.start and uncovered > 0 else None

    def _is_awaited(self, person: str, one: Needed, at: Seconds) -> bool:
        if at >= one.start + 60 * self._directory.limit(GRACE.name, one.site):
            return False
        told = one.rostered[person]
        is_away = told is not None and told <= at
        return not is_away and not self._directory.is_on_leave(person, one.start)


def _relief(punch: Punch, one: Needed, *, is_there: bool) -> Relief:
    return Relief(ts=punch.ts, shift=one.shift, person=punch.person, is_there=is_there)
