"""To which desk a new incident is offered: one that can, that knows how, and has the least in hand.

An offer is a hint. It keeps nobody from acting, so what cannot be offered well is offered to
anybody rather than not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_AT_ONCE = 5
"""Offers that stand at one desk: more would say nothing."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody who may be offered incidents.

    `in_hand`: weights of what they took or are offered; `idle`: seconds since they last
    looked at an incident; `offers`: how many stand.
    """

    id: str
    skills: frozenset[str] = frozenset()
    in_hand: int = 0
    idle: float = 0.0
    offers: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident that nobody looks at. `within`: desks whose bounds hold all of it.

    `passed`: desks that let it pass since it began to wait.
    """

    id: str
    weight: int
    within: frozenset[str]
    needs: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Deal:
    """An offer with its reason: what the desk had in hand, and what it knows of what is needed.

    `is_anew`: all who can have let it pass, and a new round begins.
    """

    incident: str
    desk: str
    in_hand: int
    knows: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    is_anew: bool = False


def deal(
    waiting: Sequence[Waiting], desks: Iterable[Desk], *, most: int = MOST_AT_ONCE
) -> list[Deal]:
    """Offer each incident, in this order, as far as desks have room for more offers.

    Of equals the one who was idle for longest, then the first by id: the same question has the
    same answer everywhere, and in whatever order the desks come.
    """
    table = _Table(desks, most)
    deals = (table.deal(one) for one in waiting)
    return [one for one in deals if one is not None]


class _Table:
    """The desks while a hand is dealt: each deal weighs on the next."""

    def __init__(self, desks: Iterable[Desk], most: int) -> None:
        self._desks = {desk.id: desk for desk in desks}
        self._in_hand = {desk.id: desk.in_hand for desk in self._desks.values()}
        self._offers = {desk.id: desk.offers for desk in self._desks.values()}
        self._most = most

    def deal(self, one: Waiting) -> Deal | None:
        can = [desk for desk in self._desks.values() if desk.id in one.within]
        knowing = [desk for desk in can if one.needs <= desk.skills]
        free = [desk for desk in knowing or can if self._offers[desk.id] < self._most]
        if not free:
            return None
        fresh = [desk for desk in free if desk.id not in one.passed]
        chosen = min(fresh or free, key=self._rank)
        known, lacking = one.needs & chosen.skills, one.needs - chosen.skills
        found = Deal(
            one.id,
            chosen.id,
            in_hand=self._in_hand[chosen.id],
            knows=tuple(sorted(known)),
            lacks=tuple(sorted(lacking)),
            is_anew=not fresh,
        )
        self._in_hand[chosen.id] += one.weight
        self._offers[chosen.id] += 1
        return found

    def _rank(self, desk: Desk) -> tuple[int, float, str]:
        return self._in_hand[desk.id], -desk.idle, desk.id
