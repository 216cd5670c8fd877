"""How a person usually works: hours, days, sites, punctuality, checks. No judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean, median, pvariance
from typing import TypeVar

import msgspec

from watchfloor.aiops.fraud.habits import LATE_S
from watchfloor.aiops.types import Seconds

T = TypeVar("T", int, str)

ENOUGH = 30
_TOP = 3
_RARELY = 0.05
_WEEK: Seconds = 7 * 86_400.0
_NIGHT = frozenset((22, 23, 0, 1, 2, 3, 4, 5))


class Attended(msgspec.Struct, frozen=True):
    """One check-in. Hour and weekday (Monday is 0) are those of the site's clock."""

    at: Seconds
    hour: int
    weekday: int
    site: str
    late_s: Seconds | None = None
    confidence: float | None = None
    accuracy_m: float | None = None
    distance_m: float | None = None


class Profile(msgspec.Struct, frozen=True):
    """None stands for what is not known. Shares are in [0, 1]."""

    attendances: int
    hours: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    """Those of at least one attendance in twenty; of hours and sites the three commonest."""
    sites: tuple[str, ...] = ()
    site_variety: int = 0
    a_week: float | None = None
    punctual: float | None = None
    """Share of arrivals at most 15 minutes late."""
    consistency: float | None = None
    """Share of arrivals within an hour of one of the typical ones."""
    night: float | None = None
    match_mean: float | None = None
    match_variance: float | None = None
    accuracy_m: float | None = None
    distance_m: float | None = None

    @property
    def is_enough(self) -> bool:
        """Whether there are attendances enough to hold others against them."""
        return self.attendances >= ENOUGH


def profile(attended: Sequence[Attended]) -> Profile:
    """Return the profile of one person's attendances, in any order."""
    if not attended:
        return Profile(0)
    hours = _top(one.hour for one in attended)
    late = [one.late_s for one in attended if one.late_s is not None]
    matches = [one.confidence for one in attended if one.confidence is not None]
    times = [one.at for one in attended]
    return Profile(
        attendances=len(attended),
        hours=hours,
        weekdays=_weekdays(attended),
        sites=_top(one.site for one in attended),
        site_variety=len({one.site for one in attended}),
        a_week=len(attended) / max((max(times) - min(times)) / _WEEK, 1.0),
        punctual=_share([one <= LATE_S for one in late]),
        consistency=_share([_is_near(one.hour, hours) for one in attended]),
        night=_share([one.hour in _NIGHT for one in attended]),
        match_mean=fmean(matches) if matches else None,
        match_variance=pvariance(matches) if matches else None,
        accuracy_m=_middle([one.accuracy_m for one in attended]),
        distance_m=_middle([one.distance_m for one in attended]),
    )


def _weekdays(attended: Sequence[Attended]) -> tuple[int, ...]:
    counted = Counter(one.weekday for one in attended)
    return tuple(sorted(day for day, many in counted.items() if many >= _RARELY * len(attended)))


def _top(values: Iterable[T]) -> tuple[T, ...]:
    """Return the commonest values; of those as common the smallest first."""
    counted = Counter(values)
    return tuple(sorted(counted, key=lambda value: (-counted[value], value))[:_TOP])


def _is_near(hour: int, hours: Sequence[int]) -> bool:
    return any((hour - usual + 1) % 24 <= 2 for usual in hours)


def _share(answers: Sequence[bool]) -> float | None:
    return fmean(answers) if answers else None


def _middle(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
