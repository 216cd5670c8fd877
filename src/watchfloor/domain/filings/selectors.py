"""What the sites are to hand in, what of it they owe by a moment, and whether it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet

from watchfloor.aiops.calendars.periods import Every, Period, last_due, latest
from watchfloor.domain.filings.models import Filing, RequiredReport
from watchfloor.domain.org.models import Site
from watchfloor.platform.accounts.scope import EVERYTHING, Scope
from watchfloor.platform.moments import moment

TOLD: Mapping[Every, int] = {Every.DAY: 14, Every.WEEK: 8, Every.MONTH: 6}
"""Of how many days, weeks or months it is told whether a report is there."""
_Filed = dict[tuple[UUID, str], dict[date, datetime]]
"""By site and report: the days that are told of, and when that was first."""


@dataclass(frozen=True, slots=True)
class Owed:
    """The last report of a site that was due by a moment. `filed_at` is None until it is there."""

    site: Site
    report: str
    every: Every
    period: Period
    filed_at: datetime | None
    was_ever_filed: bool

    @property
    def site_id(self) -> UUID:
        return self.site.pk


@dataclass(frozen=True, slots=True)
class Turn:
    """A day, week or month of which a report is required, and when it was handed in."""

    period: Period
    filed_at: datetime | None
    is_missing: bool


def required(scope: Scope, site: str, report: str) -> RequiredReport | None:
    """Return what a site is to hand in under a name, or None where it is to do no such thing."""
    return _in_use(scope).filter(site__code=site, report=report).first()


def turns(one: RequiredReport, at: datetime) -> list[Turn]:
    """Return the days, weeks or months of late, that which goes on first."""
    zone, every = _zone(one), Every(one.every)
    periods = latest(every, one.due_after_hours * 3600.0, at.timestamp(), zone)
    shown = list(islice(periods, TOLD[every]))
    filed = _filed(Filing.objects.filter(site=one.site, report=one.report), at, shown[-1].first)
    return [_turn(one, period, filed, at) for period in shown]


def filed_at(site: Site, report: str, first: str, last: str) -> datetime | None:
    """Return when a report of these days was handed in first; None where it never was."""
    found = Filing.objects.filter(site=site, report=report, day__range=(first, last))
    return found.order_by("at").values_list("at", flat=True).first()


def owed(at: datetime, within: Scope = EVERYTHING) -> Iterator[Owed]:
    """Yield what was due last of each report that the sites are to hand in. Three queries."""
    due = list(_due(at, within))
    if not due:
        return
    filed = _filed(Filing.objects.exclude(site=None), at, min(period.first for _, period in due))
    missing = [one.site_id for one, period in due if not _within(filed, one, period)]
    ever = set(Filing.objects.filter(site__in=missing, at__lte=at).values_list("site", "report"))
    for one, period in due:
        of_period = _within(filed, one, period)
        was_ever = bool(of_period) or (one.site_id, one.report) in ever
        first = min(of_period, default=None)
        yield Owed(one.site, one.report, Every(one.every), period, first, was_ever)


def is_in_time(one: Owed) -> bool:
    return one.filed_at is not None and one.filed_at <= moment(one.period.due_at)


def _in_use(scope: Scope) -> QuerySet[RequiredReport]:
    found = RequiredReport.objects.filter(is_active=True).select_related("site")
    return found.filter(scope.q("site__client_id", "site_id"))


def _zone(one: RequiredReport) -> ZoneInfo:
    return ZoneInfo(one.site.time_zone or "UTC")


def _begins(one: RequiredReport) -> date:
    """Return the day from which on it is required."""
    return one.created_at.astimezone(_zone(one)).date()


def _due(at: datetime, within: Scope) -> Iterator[tuple[RequiredReport, Period]]:
    """Yield the reports that are required, each with its last day, week or month that is due."""
    for one in _in_use(within):
        grace = one.due_after_hours * 3600.0
        period = last_due(Every(one.every), grace, at.timestamp(), _zone(one))
        if period.first >= _begins(one):
            yield one, period


def _turn(one: RequiredReport, period: Period, filed: _Filed, at: datetime) -> Turn:
    first = min(_within(filed, one, period), default=None)
    is_due = period.first >= _begins(one) and moment(period.due_at) <= at
    return Turn(period, first, is_due and first is None)


def _filed(rows: QuerySet[Filing], at: datetime, since: date) -> _Filed:
    found: _Filed = {}
    told = rows.filter(day__gte=since, at__lte=at).values_list("site", "report", "day")
    for site, report, day, first in told.annotate(first=Min("at")):
        found.setdefault((site, report), {})[day] = first
    return found


def _within(filed: _Filed, one: RequiredReport, period: Period) -> list[datetime]:
    """Return when the report was filed of each day of the period."""
    told = filed.get((one.site_id, one.report), {})
    return [when for day, when in told.items() if period.first <= day <= period.last]
