"""A pillar as a share of counted things, and a card as the pillars that are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

import msgspec

GREEN, AMBER = 90.0, 70.0
LISTED = 50
"""Of what was missed so many are named; all are counted."""


_NOTHING: Mapping[str, bool] = MappingProxyType({})


class Status(StrEnum):
    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"

    @classmethod
    def of(cls, score: float | None) -> Status | None:
        """Return the colour of a score; what is unknown has none.

        >>> [Status.of(score) for score in (95.0, 70.0, 3.0, None)]
        [<Status.GREEN: 'GREEN'>, <Status.AMBER: 'AMBER'>, <Status.RED: 'RED'>, None]
        """
        if score is None:
            return None
        return cls.GREEN if score >= GREEN else cls.AMBER if score >= AMBER else cls.RED


class Missed(msgspec.Struct, frozen=True):
    """One thing that was not as it has to be: of which kind, its code or id, and how it was."""

    kind: str
    ref: str
    said: str


class Pillar(msgspec.Struct, frozen=True):
    """`good` of `of` were as they have to be; what was not is named, as far as it is listed.

    `untold`: what nobody told of, in sentences; it counts for nothing, and is no praise.
    """

    good: int
    of: int
    missed: Sequence[Missed] = ()
    untold: Sequence[str] = ()

    @property
    def score(self) -> float | None:
        """Return 0 to 100; None where nothing was to be counted: that is no 100."""
        return 100.0 * self.good / self.of if self.of else None

    @property
    def status(self) -> Status | None:
        return Status.of(self.score)

    @classmethod
    def counted(
        cls,
        of: int,
        missed: Iterable[Missed],
        *,
        lost: int | None = None,
        untold: Mapping[str, bool] = _NOTHING,
    ) -> Pillar:
        """Return it of what was missed; `lost`: how many, where one stands for several.

        `untold`: sentences, and whether each holds.
        """
        listed = list(missed)
        good = of - (len(listed) if lost is None else lost)
        return cls(good, of, listed[:LISTED], [said for said, holds in untold.items() if holds])


Card = dict[str, Pillar]
"""By the code of the pillar."""


def overall(card: Card) -> float | None:
    """Return the mean of the pillars that are known."""
    known = [score for one in card.values() if (score := one.score) is not None]
    return sum(known) / len(known) if known else None


def worst(card: Card) -> Status | None:
    """Return the worst colour among those that are known: one red pillar is no green site."""
    lowest = min((s for one in card.values() if (s := one.score) is not None), default=None)
    return Status.of(lowest)
