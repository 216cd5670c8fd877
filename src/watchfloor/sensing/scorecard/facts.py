"""Gathers what the pillars count, for many sites and days at once: a query or two for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import TruncDate

from watchfloor.aiops.scorecard.facts import Alarm, Awake, Help, Paper, SiteDay, Walk
from watchfloor.aiops.scorecard.pillars import FIELD_SUPPORT
from watchfloor.aiops.types import Severity
from watchfloor.domain.activity.models import SignCount
from watchfloor.domain.filings import selectors as filings
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.tours.models import Tour
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.findings.models import AuditFinding
from watchfloor.noc.findings.states import SET_ASIDE
from watchfloor.noc.incidents.models import IncidentPlace
from watchfloor.platform.moments import moment, seconds
from watchfloor.sensing.inspection.models import InspectionRun
from watchfloor.sensing.scorecard.attendance import Attendance
from watchfloor.sensing.scorecard.span import SiteDate, Span, Told

INACTIVE = "GUARD_INACTIVITY"
COVERED = 0.8
"""Of a tour's checkpoints, the share that makes it whole."""


def of_days(span: Span) -> Mapping[SiteDate, SiteDay]:
    """Return what is known of each site and day of the span."""
    attendance = Attendance(span)
    planned, stood = span.sorted(attendance.planned()), span.sorted(attendance.stood())
    alarms, help_ = span.sorted(_alarms(span)), span.sorted(_help(span))
    walks, awake = span.sorted(_walks(span)), span.sorted(_awake(span))
    findings, papers = span.sorted(_findings(span)), span.sorted(_papers(span))
    runs = InspectionRun.objects.filter(
        ends_at__gte=span.since, ends_at__lt=span.until, sites__gt=0
    )
    inspected = {span.day_of(at) for at in runs.values_list("ends_at", flat=True)}
    return {
        (site, day): SiteDay(
            until=span.end(day).timestamp(),
            planned=planned.get((site, day), ()),
            stood=stood.get((site, day), ()),
            alarms=alarms.get((site, day), ()),
            help=help_.get((site, day), ()),
            walks=walks.get((site, day), ()),
            awake=awake.get((site, day), ()),
            findings=findings.get((site, day), ()),
            was_inspected=day in inspected,
            papers=papers.get((site, day), ()),
        )
        for site in span.sites
        for day in span.days
    }


def _alarms(span: Span) -> Told[Alarm]:
    rows = IncidentPlace.objects.select_related("incident").filter(
        site_id__in=span.sites, incident__opened_at__gte=span.since,
        incident__opened_at__lt=span.until, incident__is_listed=True,
    )  # fmt: skip
    for row in rows.order_by("incident__opened_at", "pk"):
        one = row.incident
        ended = one.recovered_at or one.resolved_at
        yield row.site_id, one.opened_at, Alarm(
            str(one.pk), Severity(one.severity), one.is_life_safety, one.opened_at.timestamp(),
            seconds(one.acknowledged_at), seconds(ended),
        )  # fmt: skip


def _findings(span: Span) -> Told[Alarm]:
    """Return what inspections found. Who sets a finding aside has answered it."""
    rows = AuditFinding.objects.filter(
        site__in=span.sites, first_seen_at__gte=span.since, first_seen_at__lt=span.until
    )
    for row in rows.order_by("first_seen_at", "pk"):
        set_aside = row.ended_at if row.status in SET_ASIDE else None
        yield row.site_id, row.first_seen_at, Alarm(
            str(row.pk), Severity(row.severity), False, row.first_seen_at.timestamp(),
            seconds(row.acknowledged_at or set_aside), seconds(row.gone_at or row.ended_at),
        )  # fmt: skip


def _help(span: Span) -> Told[Help]:
    """Return tickets on the day on which they were closed, or on which their 72 hours ended."""
    limit, since, until = timedelta(seconds=FIELD_SUPPORT), span.since, span.until
    ended = Q(ended_at__gte=since, ended_at__lt=until)
    ran_out = Q(opened_at__gte=since - limit, opened_at__lt=until - limit)
    rows = Ticket.objects.filter(ended | ran_out, site_id__in=span.sites)
    for row in rows.order_by("opened_at", "code"):
        counts_at = min(row.ended_at or until, row.opened_at + limit)
        if since <= counts_at < until:
            help_ = Help(row.code, row.opened_at.timestamp(), seconds(row.ended_at))
            yield row.site_id, counts_at, help_


def _walks(span: Span) -> Told[Walk]:
    rows = Tour.objects.filter(
        site_id__in=span.sites, ends_at__gte=span.since, ends_at__lt=span.until,
        is_mandatory=True, cancelled_at=None,
    )  # fmt: skip
    for row in rows.order_by("ends_at", "code"):
        if row.ends_at is not None:
            yield row.site_id, row.ends_at, _walk(row)


def _walk(row: Tour) -> Walk:
    if row.finished_at is None:
        return Walk(row.code, False, "not finished" if row.started_at else "not walked")
    scanned = len(set(row.scanned) & set(row.checkpoints))
    is_whole = scanned >= COVERED * len(row.checkpoints)
    return Walk(row.code, is_whole, f"{scanned} of {len(row.checkpoints)} checkpoints")


def _awake(span: Span) -> Told[Awake]:
    """Return of whom signs were heard, each once a day, and who was told of as inactive."""
    told = NOCAlertEvent.objects.filter(
        alert_type=INACTIVE, site_id__in=span.sites, last_seen_at__gte=span.since,
        first_seen_at__gte=span.since, first_seen_at__lt=span.until,
    )  # fmt: skip
    inactive = {
        (site, span.day_of(at), person)
        for site, at, person in told.values_list("site_id", "first_seen_at", "entity_id")
    }
    signs = SignCount.objects.filter(
        site__in=span.sites, begins_at__gte=span.since, begins_at__lt=span.until
    )
    days = signs.exclude(person_code="").annotate(day=TruncDate("begins_at", tzinfo=span.zone))
    heard = set(days.values_list("site_id", "day", "person_code").distinct())
    for site, day, person in sorted(inactive | heard):
        yield site, span.begin(day), Awake(person, (site, day, person) in inactive)


def _papers(span: Span) -> Told[Paper]:
    """Return reports that were due, each on the day of its time."""
    for day in span.days:
        for one in filings.owed(span.end(day)):
            due_at = moment(one.period.due_at)
            if span.begin(day) <= due_at < span.end(day):
                said = "was not handed in" if one.filed_at is None else "was handed in late"
                yield one.site_id, due_at, Paper(one.report, filings.is_in_time(one), said)
