"""What was promised, as the core reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from watchfloor.aiops.calendars.business import Calendar
from watchfloor.aiops.calendars.priority import Priority
from watchfloor.aiops.calendars.sla import MINUTE, Level, Policy, ServiceLevels
from watchfloor.domain.helpdesk.models import (
    BusinessCalendar,
    EscalationLevel,
    Holiday,
    SlaPolicy,
)
from watchfloor.domain.org.models import Site

_Key = tuple[str, Priority]


def service_levels() -> ServiceLevels:
    """Return the policies, levels and calendars of the tenant. A fixed number of queries."""
    return ServiceLevels(_policies(), _levels(), dict(_calendars()))


def _policies() -> dict[_Key, Policy]:
    rows = SlaPolicy.objects.filter(is_active=True).select_related("client")
    return {
        (row.client.code if row.client else "", Priority(row.priority)): Policy(
            row.response_minutes * MINUTE,
            row.resolution_minutes * MINUTE,
            row.business_hours,
            row.escalates_at / 100,
        )
        for row in rows
    }


def _levels() -> dict[_Key, tuple[Level, ...]]:
    found: defaultdict[_Key, list[Level]] = defaultdict(list)
    rows = EscalationLevel.objects.filter(is_active=True).select_related("client", "person")
    for row in rows.order_by("level"):
        level = Level(
            row.level,
            row.after_minutes * MINUTE,
            row.person.code if row.person else "",
            row.group,
        )
        key = (row.client.code if row.client else "", Priority(row.priority))
        found[key].append(level)
    return {key: tuple(levels) for key, levels in found.items()}


def holidays_by_site() -> dict[str, frozenset[date]]:
    """Return the days off at each site that has a calendar, by its code."""
    return {site: calendar.holidays for site, calendar in _calendars()}


def _calendars() -> Iterator[tuple[str, Calendar]]:
    """Yield the calendar that holds at each site."""
    rows = list(BusinessCalendar.objects.filter(is_active=True).order_by("code"))
    if not rows:
        return
    days = _holidays()
    for code, client_id, zone in Site.objects.values_list("code", "client_id", "time_zone"):
        row = _nearest(rows, code, client_id)
        if row is not None:
            yield code, Calendar(row.hours, zone, frozenset(days[row.pk]))


def _nearest(
    rows: list[BusinessCalendar], site: str, client_id: UUID | None
) -> BusinessCalendar | None:
    """Return the calendar that holds at a site: its own, its client's, or that of all."""
    named = (row for row in rows if site in row.sites)
    others = [row for row in rows if not row.sites]
    of_client = (row for row in others if row.client_id and row.client_id == client_id)
    of_all = (row for row in others if row.client_id is None)
    return next(named, None) or next(of_client, None) or next(of_all, None)


def _holidays() -> defaultdict[UUID, set[date]]:
    found: defaultdict[UUID, set[date]] = defaultdict(set)
    rows = Holiday.objects.filter(is_active=True)
    for calendar_id, day in rows.values_list("calendar_id", "day"):
        found[calendar_id].add(day)
    return found
