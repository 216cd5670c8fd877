"""On which days licences cover somebody's skill, and when that ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """The days on which a licence holds, both in it."""

    first: date
    last: date


Licences: TypeAlias = Mapping[str, Sequence[Term]]
"""What somebody holds or held, by skill. A skill that is not in it has no end."""


def is_held(terms: Sequence[Term], day: date) -> bool:
    return any(one.first <= day <= one.last for one in terms)


def ends_on(terms: Sequence[Term], day: date) -> date | None:
    """Return the last day that is covered without a break from the day on; where that day itself
    is not, the last one that was. None: no term has begun.

    >>> old, new = Term(date(2025, 1, 1), date(2025, 12, 31)), Term(date(2026, 1, 1), date.max)
    >>> ends_on([old], date(2026, 2, 1)), ends_on([new, old], date(2025, 2, 1)) == date.max
    (datetime.date(2025, 12, 31), True)
    """
    begun = [one.last for one in terms if one.first <= day]
    if not begun:
        return None
    last = max(begun)
    for one in sorted(terms):
        if last != date.max and one.first <= last + _DAY:
            last = max(last, one.last)
    return last
