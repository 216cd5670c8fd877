"""Gathers what the pillars count, for many sites and the same stretch of time: a query for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from watchfloor.aiops.scorecard.facts import Alarm, Help, Planned, SiteDay, Stood, Walk
from watchfloor.aiops.scorecard.pillars import FIELD_SUPPORT
from watchfloor.aiops.types import Seconds, Severity
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.shifts.models import Assignment, Shift
from watchfloor.domain.tours.models import Tour
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import IncidentPlace

LAW = ("OVERTIME_VIOLATION", "IMPOSSIBLE_SHIFTS")
"""Alerts that say that somebody's hours broke the law."""
COVERED = 0.8
"""Of a tour's checkpoints, the share that makes it whole."""
Sites = Collection[UUID]


def of_days(sites: Sites, since: datetime, until: datetime) -> Mapping[UUID, SiteDay]:
    """Return what is known of the sites between the two moments. Seven queries."""
    planned, stood = _shifts(sites, since, until)
    alarms, asked = _alarms(sites, since, until), _help(sites, since, until)
    walks = _walks(sites, since, until)
    return {
        site: SiteDay(
            until.timestamp(), planned[site], stood[site], alarms[site], asked[site], walks[site]
        )
        for site in sites
    }


def _shifts(
    sites: Sites, since: datetime, until: datetime
) -> tuple[defaultdict[UUID, list[Planned]], defaultdict[UUID, list[Stood]]]:
    shifts = list(
        Shift.objects.filter(site_id__in=sites, starts_at__gte=since, starts_at__lt=until)
    )
    rows = Assignment.objects.filter(shift__in=shifts, is_rostered=True)
    broke = _breaches(since, until)
    by_shift: defaultdict[UUID, list[Assignment]] = defaultdict(list)
    for row in rows.order_by("person_code"):
        by_shift[row.shift_id].append(row)
    planned: defaultdict[UUID, list[Planned]] = defaultdict(list)
    stood: defaultdict[UUID, list[Stood]] = defaultdict(list)
    for shift in shifts:
        if shift.site_id is None:
            continue
        people = by_shift[shift.pk]
        came = [one.checked_in_at.timestamp() for one in people if one.checked_in_at]
        planned[shift.site_id].append(
            Planned(shift.code, shift.required, shift.starts_at.timestamp(), came)
        )
        stood[shift.site_id] += [_stood(shift, one, broke) for one in people]
    return planned, stood


def _stood(shift: Shift, row: Assignment, broke: Mapping[str, str]) -> Stood:
    return Stood(
        shift=shift.code,
        person=row.person_code,
        ends_at=shift.ends_at.timestamp(),
        came_at=_seconds(row.checked_in_at),
        left_at=_seconds(row.checked_out_at),
        broke=broke.get(row.person_code, ""),
    )


def _breaches(since: datetime, until: datetime) -> Mapping[str, str]:
    """Return, by person, an alert of a law that was broken."""
    found = NOCAlertEvent.objects.filter(
        alert_type__in=LAW, entity_type="person", last_seen_at__gte=since,
        first_seen_at__gte=since, first_seen_at__lt=until,
    )  # fmt: skip
    return dict(found.order_by("first_seen_at").values_list("entity_id", "alert_type"))


def _alarms(sites: Sites, since: datetime, until: datetime) -> defaultdict[UUID, list[Alarm]]:
    rows = IncidentPlace.objects.select_related("incident").filter(
        site_id__in=sites, incident__opened_at__gte=since, incident__opened_at__lt=until,
        incident__is_listed=True,
    )  # fmt: skip
    found: defaultdict[UUID, list[Alarm]] = defaultdict(list)
    for row in rows.order_by("incident__opened_at", "pk"):
        one = row.incident
        ended = one.recovered_at or one.resolved_at
        alarm = Alarm(
            str(one.pk), Severity(one.severity), one.is_life_safety, one.opened_at.timestamp(),
            _seconds(one.acknowledged_at), _seconds(ended),
        )  # fmt: skip
        if row.site_id is not None:
            found[row.site_id].append(alarm)
    return found


def _help(sites: Sites, since: datetime, until: datetime) -> defaultdict[UUID, list[Help]]:
    """Return tickets on the day on which they were closed, or on which their 72 hours ended."""
    limit = timedelta(seconds=FIELD_SUPPORT)
    ended = Q(ended_at__gte=since, ended_at__lt=until)
    ran_out = Q(opened_at__gte=since - limit, opened_at__lt=until - limit)
    rows = Ticket.objects.filter(ended | ran_out, site_id__in=sites)
    found: defaultdict[UUID, list[Help]] = defaultdict(list)
    for row in rows.order_by("opened_at", "code"):
        counts_at = min(row.ended_at or until, row.opened_at + limit)
        if row.site_id is not None and since <= counts_at < until:
            help_ = Help(row.code, row.opened_at.timestamp(), _seconds(row.ended_at))
            found[row.site_id].append(help_)
    return found


def _walks(sites: Sites, since: datetime, until: datetime) -> defaultdict[UUID, list[Walk]]:
    rows = Tour.objects.filter(
        site_id__in=sites, ends_at__gte=since, ends_at__lt=until, is_mandatory=True,
        cancelled_at=None,
    )  # fmt: skip
    found: defaultdict[UUID, list[Walk]] = defaultdict(list)
    for row in rows.order_by("ends_at", "code"):
        if row.site_id is not None:
            found[row.site_id].append(_walk(row))
    return found


def _walk(row: Tour) -> Walk:
    if row.finished_at is None:
        return Walk(row.code, False, "not finished" if row.started_at else "not walked")
    scanned = len(set(row.scanned) & set(row.checkpoints))
    is_whole = scanned >= COVERED * len(row.checkpoints)
    return Walk(row.code, is_whole, f"{scanned} of {len(row.checkpoints)} checkpoints")


def _seconds(at: datetime | None) -> Seconds | None:
    return at.timestamp() if at else None
