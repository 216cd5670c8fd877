"""Which standing order holds for an incident.

Of the orders that fit, the most specific one holds: by place first, then by type, then by hour.
A site goes before the site above it, that before the client, the client before all; an order for
one type goes before one for all; less of the week goes before more; at last the code decides.
So a site's order for any alarm goes before its client's order for this very alarm: who wrote one
for the site knew the site..
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from watchfloor.aiops.calendars.hours import covers, minutes_of

_Rank: TypeAlias = tuple[int, int, int, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Where, for what and when an order holds. What is None or empty asks for nothing."""

    code: str
    client: UUID | None = None
    site: UUID | None = None
    alert_type: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """When it is by the clocks there, where, and what. `sites`: its own, then those above it."""

    at: datetime
    sites: tuple[UUID, ...] = ()
    client: UUID | None = None
    alert_type: str = ""


def best(rules: Iterable[Rule], occasion: Occasion) -> Rule | None:
    """Return the rule that holds, if one fits."""
    ranked = ((_rank(rule, occasion), rule) for rule in rules)
    fitting = [(rank, rule) for rank, rule in ranked if rank is not None]
    return min(fitting, key=lambda one: one[0])[1] if fitting else None


def _rank(rule: Rule, occasion: Occasion) -> _Rank | None:
    """Return how far the rule is from this very occasion, or None if it does not fit."""
    place = _distance(rule, occasion)
    of_type = not rule.alert_type or rule.alert_type.casefold() == occasion.alert_type.casefold()
    if place is None or not of_type or not covers(rule.hours, occasion.at):
        return None
    return place, 0 if rule.alert_type else 1, minutes_of(rule.hours), rule.code


def _distance(rule: Rule, occasion: Occasion) -> int | None:
    if rule.site is not None:
        return occasion.sites.index(rule.site) if rule.site in occasion.sites else None
    if rule.client is not None:
        return len(occasion.sites) if rule.client == occasion.client else None
    return len(occasion.sites) + 1
