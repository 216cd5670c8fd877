"""Attendance unlike the person's own: late, absent, or at hours that are not theirs.

One late morning is a late bus. Told of is a run: so many unusual attendances among the last ones
that the person's own past makes it less than one in a thousand. Median and deviation from it are
used, since a mean is moved by the very days that are looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from statistics import median

import msgspec

from watchfloor.aiops.fraud.suspicion import Suspicion
from watchfloor.aiops.types import Seconds

WINDOW = 10
"""The latest attendances, which are held against those before."""
ENOUGH = 20
LEAST_UNUSUAL = 3
RARE = 0.001
LATE_S: Seconds = 900.0
_DEVIATIONS = 4.0
_NORMAL = 1.4826
"""From the median deviation to a standard one, for a normal distribution."""
_HOUR_SHARE = 0.02
_MINUTE: Seconds = 60.0


class Arrival(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One attendance, or an absence. `late_s` counts from the planned start; None: unplanned."""

    at: Seconds
    hour: int
    """Of the site's clock."""
    late_s: Seconds | None = None
    is_absent: bool = False


def unusual(arrivals: Sequence[Arrival]) -> Suspicion | None:
    """Return a suspicion if the latest attendances are unlike those before, all oldest first."""
    past, latest = arrivals[:-WINDOW], arrivals[-WINDOW:]
    if len(past) < ENOUGH:
        return None
    limit, hours = _late_limit(past), _hours(past)
    odd = sum(_is_odd(one, limit, hours) for one in latest)
    usually = (sum(_is_odd(one, limit, hours) for one in past) + 1.0) / (len(past) + 2.0)
    luck = _at_least(odd, len(latest), usually)
    if odd < LEAST_UNUSUAL or luck >= RARE:
        return None
    says = f"{odd} of the last {len(latest)} attendances are late, missed or at unusual hours."
    return Suspicion("attendance", min(0.9, 1.0 - (luck / RARE) ** 0.25 / 2.0), says)


def _late_limit(past: Sequence[Arrival]) -> Seconds:
    late = [one.late_s for one in past if one.late_s is not None]
    if not late:
        return LATE_S
    middle = median(late)
    spread = _NORMAL * median(abs(one - middle) for one in late)
    return max(LATE_S, middle + _DEVIATIONS * max(spread, _MINUTE))


def _hours(past: Sequence[Arrival]) -> frozenset[int]:
    """Return the hours in which the person arrives, each with its neighbours."""
    least = max(1.0, _HOUR_SHARE * len(past))
    seen = [one.hour for one in past if not one.is_absent]
    usual = {hour for hour in seen if seen.count(hour) >= least}
    return frozenset((hour + step) % 24 for hour in usual for step in (-1, 0, 1))


def _is_odd(one: Arrival, late_limit: Seconds, hours: frozenset[int]) -> bool:
    if one.is_absent:
        return True
    if one.late_s is not None:
        return one.late_s > late_limit
    return one.hour not in hours


def _at_least(many: int, of: int, share: float) -> float:
    """Return the chance of so many or more (binomial)."""
    return sum(comb(of, k) * share**k * (1.0 - share) ** (of - k) for k in range(many, of + 1))
