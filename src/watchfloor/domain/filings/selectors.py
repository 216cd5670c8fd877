"""What the sites owe by a moment, and whether it is there: three queries for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min

from watchfloor.aiops.calendars.periods import Every, Period, last_due
from watchfloor.domain.filings.models import Filing, RequiredReport
from watchfloor.platform.moments import moment

_Filed = dict[tuple[UUID, str], dict[date, datetime]]
"""By site and report: the days that are told of, and when that was first."""


@dataclass(frozen=True, slots=True)
class Owed:
    """The last report of a site that was due by a moment. `filed_at` is None until it is there."""

    site_id: UUID
    report: str
    every: Every
    period: Period
    filed_at: datetime | None
    was_ever_filed: bool


def owed(at: datetime) -> Iterator[Owed]:
    """Yield what was due last of each report that the sites are to hand in."""
    due = list(_due(at))
    if not due:
        return
    filed = _filed(at, min(period.first for _, period in due))
    missing = [one.site_id for one, period in due if not _within(filed, one, period)]
    ever = set(Filing.objects.filter(site__in=missing, at__lte=at).values_list("site", "report"))
    for one, period in due:
        of_period = _within(filed, one, period)
        was_ever = bool(of_period) or (one.site_id, one.report) in ever
        first = min(of_period, default=None)
        yield Owed(one.site_id, one.report, Every(one.every), period, first, was_ever)


def is_in_time(one: Owed) -> bool:
    return one.filed_at is not None and one.filed_at <= moment(one.period.due_at)


def _due(at: datetime) -> Iterator[tuple[RequiredReport, Period]]:
    """Yield the reports that are required, each with its last day, week or month that is due."""
    for one in RequiredReport.objects.filter(is_active=True).select_related("site"):
        zone = ZoneInfo(one.site.time_zone or "UTC")
        period = last_due(Every(one.every), one.due_after_hours * 3600.0, at.timestamp(), zone)
        if period.first >= one.created_at.astimezone(zone).date():
            yield one, period


def _filed(at: datetime, since: date) -> _Filed:
    rows = Filing.objects.filter(day__gte=since, at__lte=at).exclude(site=None)
    found: _Filed = {}
    for site, report, day, first in rows.values_list("site", "report", "day").annotate(
        first=Min("at")
    ):
        found.setdefault((site, report), {})[day] = first
    return found


def _within(filed: _Filed, one: RequiredReport, period: Period) -> list[datetime]:
    """Return when the report was filed of each day of the period."""
    told = filed.get((one.site_id, one.report), {})
    return [when for day, when in told.items() if period.first <= day <= period.last]
