"""Profiles and departures within somebody's bounds, and a site's week as it is expected and was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from watchfloor.aiops.baselines.judging import Range
from watchfloor.aiops.baselines.slots import HOUR, HOURS_OF_WEEK, slot_of
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound
from watchfloor.sensing.baselines.going_on import Days, history_of, holidays_at, learnt_from
from watchfloor.sensing.baselines.models import BaselineDeparture, BaselineProfile

ORDER = ("site_id", "metric", "id")
LATEST = ("-began_at", "-id")


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of the week: what is expected, and what its last one counted, if it is known."""

    slot: int
    expected: float
    range: Range
    is_stable: bool
    count: int | None

    @property
    def is_outside(self) -> bool:
        return self.count is not None and not self.range.low <= self.count <= self.range.high


def profiles(scope: Scope) -> QuerySet[BaselineProfile]:
    found = BaselineProfile.objects.select_related("site")
    return found.filter(scope.q("site__client_id", "site_id"))


def with_open(rows: QuerySet[BaselineProfile]) -> QuerySet[BaselineProfile]:
    """Say beside each how many departures of it are open."""
    return rows.annotate(departing=Count("departures", filter=Q(departures__is_over=False)))


def unlike() -> QuerySet[BaselineDeparture, UUID]:
    """Return the ids of the profiles that something departs from now."""
    return BaselineDeparture.objects.filter(is_over=False).values_list("profile_id", flat=True)


def profile(scope: Scope, profile_id: UUID) -> BaselineProfile:
    found = profiles(scope).filter(pk=profile_id).first()
    if found is None:
        raise NotFound("There is no such profile.")
    return found


def departures(scope: Scope) -> QuerySet[BaselineDeparture]:
    found = BaselineDeparture.objects.select_related("profile__site", "finding")
    return found.filter(scope.q("profile__site__client_id", "profile__site_id"))


def departure(scope: Scope, departure_id: UUID) -> BaselineDeparture:
    found = departures(scope).filter(pk=departure_id).first()
    if found is None:
        raise NotFound("There is no such departure.")
    return found


def week(row: BaselineProfile) -> Sequence[Cell]:
    """Return the hours of the week, Monday first; none while too little is known."""
    holidays = holidays_at(row)
    learnt = learnt_from(row, holidays)
    if learnt is None:
        return ()
    last = _last(row, holidays)
    return [
        Cell(
            slot,
            learnt.law(slot).mean,
            learnt.range_of(slot, row.budget),
            learnt.profiles[1].is_stable(slot),
            last.get(slot),
        )
        for slot in range(HOURS_OF_WEEK)
    ]


def _last(row: BaselineProfile, holidays: Days) -> dict[int, int]:
    """Return what the last seven days counted, by slot."""
    history = history_of(row)
    hours = range(history.until - HOURS_OF_WEEK, history.until)
    zone = row.site.time_zone
    return {slot_of(hour, zone, holidays): count for hour, count in history.of_hours(hours).items()}


def counted_until(row: BaselineProfile) -> datetime | None:
    history = history_of(row)
    if not history.packed:
        return None
    return datetime.fromtimestamp(history.until * HOUR, ZoneInfo(row.site.time_zone))
