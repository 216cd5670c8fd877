"""Keeps departures: hours in a row on one side are one, shown by its rarest hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from watchfloor.aiops.baselines.learning import Departure
from watchfloor.aiops.baselines.slots import HOUR
from watchfloor.platform.moments import moment
from watchfloor.sensing.baselines.models import BaselineDeparture, BaselineProfile

_CHANGED = ("last_at", "is_over", "at", "span", "count", "expected", "a_week", "is_stable")
Judged = Iterable[tuple[BaselineProfile, Sequence[Departure]]]


def keep(judged: Judged) -> Sequence[BaselineDeparture]:
    """Go on with the open departures of the profiles, hour by hour; return all that changed."""
    known = {row.profile_id: row for row in BaselineDeparture.objects.filter(is_over=False)}
    rows: dict[UUID, BaselineDeparture] = {}
    for profile, hours in judged:
        if (current := known.get(profile.pk)) is not None:
            current.profile = profile
        for one in hours:
            if current is not None:
                rows[current.pk] = current
            current = _next(profile, current, one)
            if current is not None:
                rows[current.pk] = current
    new = [row for row in rows.values() if row._state.adding]
    again = [row for row in rows.values() if not row._state.adding]
    BaselineDeparture.objects.bulk_update(again, _CHANGED)
    BaselineDeparture.objects.bulk_create(new)
    return list(rows.values())


def _next(
    profile: BaselineProfile, current: BaselineDeparture | None, one: Departure
) -> BaselineDeparture | None:
    """Return the departure that is open after the hour, ending the one that was."""
    is_told = one.is_told(profile.budget)
    if current is not None and not (is_told and current.side == one.side.value):
        current.is_over, current = True, None
    if not is_told:
        return None
    at = moment(one.hour * HOUR)
    if current is None:
        current = BaselineDeparture(profile=profile, side=one.side.value, began_at=at, a_week=168.0)
    current.last_at = at
    if one.a_week < current.a_week:
        _show(current, one, at)
    return current


def _show(row: BaselineDeparture, one: Departure, at: datetime) -> None:
    row.at, row.span, row.count, row.expected = at, one.span, one.count, one.expected
    row.a_week, row.is_stable = one.a_week, one.is_stable
