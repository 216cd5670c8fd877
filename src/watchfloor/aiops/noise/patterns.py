"""What became of past alerts of one kind, counted with a half-life.

Lives are sorted by how they ended: over by themselves, with their duration; or left open, that is
seen only for so long (a person touched them, or nobody said that they were over). From both the
share that is over by itself within a time is estimated as in survival analysis.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import inf

import msgspec

from watchfloor.aiops.noise.bounds import lower
from watchfloor.aiops.types import Seconds

DAY: Seconds = 86_400
HALF_LIFE: Seconds = 30 * DAY
WATCHED: Seconds = 2 * 3600
"""A life is looked at for so long. Who repeats himself does it within an hour or so."""
EDGES: tuple[Seconds, ...] = (60, 120, 300, 600, 1200, 1800, 3600, WATCHED)
KNOWN_DAYS = 30
BORROWED = 30.0
"""Of a wider kind, at most so many lives count towards a narrower one."""


class Share(msgspec.Struct, frozen=True):
    """A share of so many lives."""

    value: float
    of: float

    @property
    def bound(self) -> float:
        return lower(self.value * self.of, self.of)


NOTHING_KNOWN = Share(0.0, 0.0)


_ENDED = 0.1
_NONE = (0.0,) * len(EDGES)


class Pattern(msgspec.Struct, array_like=True, gc=False):
    """Past lives of one kind: a type; a type at a site; a type of an entity."""

    at: Seconds
    """Up to when the counts are aged."""
    last: Seconds
    """When one began last."""
    lives: float = 0.0
    alone: float = 0.0
    """Of these, such as nothing corroborated when they began."""
    nothing: float = 0.0
    """Of those, such as came to nothing: told once, alone, untouched, never again."""
    over: tuple[float, ...] = ()
    """By duration, once one is settled."""
    left: tuple[float, ...] = ()
    begun: dict[int, int] = {}
    """Lives begun, by day of the epoch; the last 30."""

    def begin(self, at: Seconds) -> None:
        self.last = max(self.last, at)
        day = int(at // DAY)
        self.begun[day] = self.begun.get(day, 0) + 1
        if len(self.begun) > KNOWN_DAYS + 1:
            del self.begun[min(self.begun)]

    def begun_lately(self, at: Seconds) -> int:
        """Return how many began in the 30 days before `at`."""
        oldest = int(at // DAY) - KNOWN_DAYS
        return sum([count for day, count in self.begun.items() if day > oldest])

    @property
    def is_ended_by_senders(self) -> bool:
        """Whether senders say when such a thing is over, if only now and then."""
        return sum(self.over) > _ENDED * self.lives

    def settle(
        self, at: Seconds, seen: Seconds, *, is_over: bool, was_alone: bool, is_nothing: bool
    ) -> None:
        """Count a life that was seen for `seen` seconds, at the end of which it was over or not."""
        if not self.over:
            self.over = self.left = _NONE
        self._age(at)
        self.lives += 1.0
        self.alone += was_alone
        self.nothing += was_alone and is_nothing
        place = min(bisect_left(EDGES, seen), len(EDGES) - 1)
        if is_over:
            self.over = _one_more(self.over, place)
        else:
            self.left = _one_more(self.left, place)

    def over_within(self, time: Seconds) -> Share:
        """Return the share that is over by itself within `time` (Kaplan and Meier)."""
        if not self.over:
            return NOTHING_KNOWN
        staying, at_risk, unseen = 1.0, self.lives, 0.0
        for place in range(bisect_right(EDGES, time)):
            over, left = self.over[place], self.left[place]
            if at_risk > 0.0:
                staying *= 1.0 - over / at_risk
                at_risk -= over + left
            unseen += left
        return Share(1.0 - staying, max(self.lives - unseen, 0.0))

    def to_nothing(self) -> Share:
        """Return the share that came to nothing of those that began alone."""
        return Share(self.nothing / self.alone, self.alone) if self.alone else NOTHING_KNOWN

    def _age(self, at: Seconds) -> None:
        """Age the counts, once a day."""
        if at - self.at < DAY:
            return
        kept = 0.5 ** ((at - self.at) / HALF_LIFE)
        self.at = at
        self.lives *= kept
        self.alone *= kept
        self.nothing *= kept
        self.over = tuple([one * kept for one in self.over])
        self.left = tuple([one * kept for one in self.left])


def _one_more(counts: tuple[float, ...], place: int) -> tuple[float, ...]:
    return (*counts[:place], counts[place] + 1.0, *counts[place + 1 :])


def narrowed(shares: Sequence[Share]) -> Share:
    """Return the share of the narrowest kind, which leans on the wider ones while it is young.

    `shares` go from wide to narrow, and each contains the next. Of the lives that a wider kind
    has beyond the narrower one, up to 30 in all count, those of the nearest first.
    """
    hits = of = seen_hits = seen = 0.0
    room = inf
    for share in reversed(shares):
        others = max(share.of - seen, 0.0)
        rate = max(share.value * share.of - seen_hits, 0.0) / others if others else 0.0
        taken = min(others, room)
        hits, of = hits + min(rate, 1.0) * taken, of + taken
        seen, seen_hits = share.of, share.value * share.of
        room = BORROWED if room == inf else room - taken
    return Share(hits / of, of) if of else NOTHING_KNOWN
