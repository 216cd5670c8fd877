"""Reports that sites owe, on their pages: what is missing, and of which time one is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.urls import reverse

from watchfloor.aiops.calendars.periods import Every, Period
from watchfloor.aiops.inspection.cadences import Cadence
from watchfloor.aiops.inspection.filings import DAILY, MISSING, NEVER
from watchfloor.domain.filings import selectors
from watchfloor.domain.filings.models import RequiredReport
from watchfloor.domain.filings.selectors import Owed, Turn
from watchfloor.noc.findings import selectors as findings
from watchfloor.noc.findings.models import AuditFinding
from watchfloor.noc.findings.states import OPEN
from watchfloor.platform.accounts.capabilities import ACK_ALERTS
from watchfloor.platform.accounts.scope import Scope, Viewer
from watchfloor.platform.moments import moment
from watchfloor.sensing.inspection.selectors import minutes_between

LONGEST = 100
REPORTS = frozenset({DAILY, MISSING, NEVER})


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report of which site is to be handed in, by its address, and of which day."""

    site: str
    report: str
    day: str

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        names = ("site", "report", "day")
        return cls(*(query.get(name, "").strip()[:LONGEST].replace("\0", "") for name in names))


@dataclass(frozen=True, slots=True)
class Line:
    """A report that is missing, and where it is handed in."""

    owed: Owed
    address: str

    @property
    def period(self) -> str:
        return in_words(self.owed.every, self.owed.period)

    @property
    def due_at(self) -> datetime:
        return moment(self.owed.period.due_at)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class OfFinding:
    """The report that a finding misses: where it is handed in, and when it was.

    `minutes` are those between two inspections, of which the next ends the finding.
    """

    address: str
    filed_at: datetime | None
    minutes: int


def missing(asked: Asked, scope: Scope, now: datetime) -> list[Line]:
    """Return what was due last and is not there, of one site if so asked; longest due first."""
    found = [
        one
        for one in selectors.owed(now, scope)
        if one.filed_at is None and asked.site in ("", one.site.code)
    ]
    found.sort(key=lambda one: (one.period.due_at, one.report, one.site.code))
    return [
        Line(one, address_of(one.site.code, one.report, one.period.first.isoformat()))
        for one in found
    ]


def address_of(site: str, report: str, day: str) -> str:
    asked = {"site": site, "report": report, "day": day}
    return f"{reverse('filing-new')}?{urlencode(asked)}"


def choices(one: RequiredReport, asked: Asked, now: datetime) -> list[Choice]:
    """Return the days, weeks or months of late; chosen is the one asked for, else one missing."""
    turns, every = selectors.turns(one, now), Every(one.every)
    chosen = _chosen(turns, asked.day)
    zone = ZoneInfo(one.site.time_zone or "UTC")
    return [
        Choice(
            turn.period.first.isoformat(),
            f"{in_words(every, turn.period)}{_state(turn, zone)}",
            turn is chosen,
        )
        for turn in turns
    ]


def of_finding(row: AuditFinding, viewer: Viewer) -> OfFinding | None:
    """Return what there is to say of the report, of an open finding that one is missing."""
    if row.finding_type not in REPORTS or row.status not in OPEN:
        return None
    days = [str(row.evidence.get(name, "")) for name in ("first", "last")]
    acting = viewer.acting(ACK_ALERTS).scope
    may_act = viewer.may(ACK_ALERTS) and acting.covers(row.site.client_id, row.site_id)
    return OfFinding(
        address_of(row.site.code, row.entity_id, days[0]) if may_act else "",
        selectors.filed_at(row.site, row.entity_id, *days),
        minutes_between(row.site, Cadence.COMPREHENSIVE),
    )


def finding_of(one: RequiredReport, scope: Scope) -> AuditFinding | None:
    """Return the open finding that such a report is missing."""
    found = findings.matching(findings.visible(scope), status="open", site=one.site.code)
    about = {"entity_type": "report", "entity_id": one.report, "finding_type__in": REPORTS}
    return found.filter(**about).order_by(*findings.ORDER).first()


def in_words(every: Every, period: Period) -> str:
    """Return a day, week or month as people say it.

    >>> from datetime import date
    >>> in_words(Every.WEEK, Period(date(2026, 3, 2), date(2026, 3, 8), 0.0))
    '2 Mar to 8 Mar'
    """
    first, last = period.first, period.last
    if every is Every.MONTH:
        return f"{first:%B %Y}"
    if every is Every.WEEK:
        return f"{first.day} {first:%b} to {last.day} {last:%b}"
    return f"{first:%a} {first.day} {first:%b}"


def _chosen(turns: Sequence[Turn], day: str) -> Turn:
    asked = (one for one in turns if str(one.period.first) <= day <= str(one.period.last))
    lacking = (one for one in turns if one.is_missing)
    return next(asked, None) or next(lacking, turns[0])


def _state(turn: Turn, zone: ZoneInfo) -> str:
    if turn.filed_at:
        return f": handed in {turn.filed_at.astimezone(zone):%d %b %H:%M}"
    if turn.is_missing:
        return ": missing"
    return f": due {moment(turn.period.due_at).astimezone(zone):%d %b %H:%M}"
