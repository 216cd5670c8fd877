"""What is seen of sites up to a moment, of everybody there: as many queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from watchfloor.aiops.calendars.priority import SEVERITIES, Priority
from watchfloor.aiops.patterns.observation import (
    SIGNALS,
    AlarmSeen,
    PersonSeen,
    ReportOwed,
    ShiftSeen,
    Signs,
    SiteObservation,
    TicketSeen,
    TourSeen,
)
from watchfloor.aiops.types import Severity, canonical_type
from watchfloor.domain.activity import selectors as activity
from watchfloor.domain.activity.models import SiteHeard
from watchfloor.domain.filings import selectors as filings
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.shifts.models import Assignment, Punch, Shift
from watchfloor.domain.tours import selectors as tours
from watchfloor.domain.tours.models import Route
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.findings import telling
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.platform.moments import seconds
from watchfloor.sensing.inspection import licences
from watchfloor.sensing.inspection.models import SiteAuditSchedule

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
TOUR_LOOK_BACK = timedelta(hours=2)
MOST_ALARMS = timedelta(hours=8)
EMERGENCIES = frozenset({"emergency", "panic", "sos", "duress", "medical", "fire", "safety"})
SUPPORT = frozenset({"field_support", "field support", "logistics"})

BySite = Mapping[UUID, Any]
"""What there is of each site; of a site that has nothing, an empty list."""
_Person = tuple[UUID, str]
"""A site and the code of a person there."""


def observed(
    schedules: Sequence[SiteAuditSchedule], at: datetime, *, was_heard: bool
) -> Iterator[SiteObservation]:
    """Return what was seen of each site up to a moment.

    `was_heard`: the floor was there in the hour before to hear of it; where it was not, no signal
    is missed.
    """
    seen, held = _Seen.at(at), licences.seen(schedules, at)
    for one in schedules:
        pk = one.site_id
        covers = seen.heard[pk] if was_heard else frozenset()
        yield SiteObservation(
            site=one.site.code,
            at=at.timestamp(),
            name=one.site.name,
            time_zone=one.site.time_zone or "UTC",
            covers=covers | ({"shifts"} if pk in seen.staffed else frozenset()),
            people=tuple(seen.people[pk]),
            unattributed=seen.nobodys.get(pk, Signs()),
            shifts=tuple(seen.shifts[pk]),
            tours=tuple(seen.tours[pk]),
            tickets=tuple(seen.tickets[pk]),
            reports=tuple(seen.reports[pk]),
            licences=tuple(held.get(pk, ())),
            alarms=tuple(_lately(seen.alarms[pk], at, one.evidence_minutes)),
            thresholds={
                name: least for name in SIGNALS if (least := getattr(one, f"{name}_least"))
            },
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that was seen of all sites, by site."""

    heard: BySite
    staffed: frozenset[UUID]
    people: BySite
    nobodys: BySite
    shifts: BySite
    tours: BySite
    tickets: BySite
    alarms: BySite
    reports: BySite

    @classmethod
    def at(cls, at: datetime) -> _Seen:
        shifts, rostered = _shifts(at)
        people, nobodys = _people(at, rostered)
        staffed = Shift.objects.filter(starts_at__gt=at - WEEK, starts_at__lte=at + HOUR)
        return cls(
            heard=_heard(at),
            staffed=frozenset(staffed.values_list("site_id", flat=True).distinct()),
            people=people,
            nobodys=nobodys,
            shifts=shifts,
            tours=_tours(at),
            tickets=_tickets(at),
            alarms=_alarms(at),
            reports=_reports(at),
        )


def _heard(at: datetime) -> BySite:
    """Return the signals that each site gave within a week."""
    found: defaultdict[UUID, frozenset[str]] = defaultdict(frozenset)
    for row in SiteHeard.objects.all():
        lasts = {name: getattr(row, f"{name}_at") for name in SIGNALS}
        found[row.site_id] = frozenset(
            name for name, last in lasts.items() if last is not None and last > at - WEEK
        )
    return found


def _people(at: datetime, rostered: frozenset[_Person]) -> tuple[BySite, BySite]:
    """Return who is on post at each site or gave signs there, and signs that are nobody's.

    The signs of who is on post count there, wherever they were told of.
    """
    posts, hours = _posts(at), _hours(at)
    where = {person: site for person, (site, _) in posts.items()}
    given: defaultdict[_Person, list[Signs]] = defaultdict(lambda: [Signs(), Signs()])
    given.update({(site, person): [Signs(), Signs()] for person, site in where.items()})
    nobodys: dict[UUID, Signs] = {}
    lasts: dict[str, float] = {}
    anywhere: dict[_Person, int] = {}
    for number, rows in enumerate(hours):
        for site, person, signs, without_site, last in rows:
            lasts[person] = max(last, lasts.get(person, last))
            if person:
                given[where.get(person, site), person][number] += signs
            elif number == 0:
                nobodys[site] = signs
            if number == 0 and person not in where:
                anywhere[site, person] = without_site
    people: defaultdict[UUID, list[PersonSeen]] = defaultdict(list)
    for (site, person), (signs, before) in given.items():
        since = posts[person][1] if where.get(person) == site else None
        is_rostered = (site, person) in rostered
        last_at = lasts.get(person)
        nowhere = anywhere.get((site, person), 0)
        people[site].append(PersonSeen(person, since, is_rostered, signs, before, last_at, nowhere))
    return people, nobodys


def _posts(at: datetime) -> dict[str, tuple[UUID, float]]:
    """Return where who is on post, and since when: whose last punch of a day is a check-in."""
    punches = Punch.objects.filter(at__gt=at - DAY, at__lte=at).exclude(site=None)
    last = punches.order_by("person_code", "-at").distinct("person_code")
    rows = last.values_list("person_code", "site_id", "kind", "at")
    return {person: (site, when.timestamp()) for person, site, kind, when in rows
            if kind in ("check_in", "break_end")}  # fmt: skip


def _hours(at: datetime) -> Iterator[list[tuple[UUID, str, Signs, int, float]]]:
    """Yield who gave which signs where, how many of them named no site, and when the last came,
    in the hour and in the one before."""
    for until in (at, at - HOUR):
        yield [
            (
                row["site_id"],
                row["person_code"],
                Signs(**{name: row[name] for name in SIGNALS}),
                row["without_site"],
                row["last"].timestamp(),
            )
            for row in activity.signs_between(until - HOUR, until)
        ]


def _shifts(at: datetime) -> tuple[BySite, frozenset[_Person]]:
    """Return the shifts around the moment, and who stands on them where."""
    around = Shift.objects.filter(starts_at__lte=at + HOUR, ends_at__gt=at - HOUR)
    around = around.exclude(site=None)
    is_gone = Q(assignments__checked_out_at__lte=at)
    present = Q(assignments__checked_in_at__lte=at) & ~is_gone
    expected = Q(assignments__is_rostered=True, assignments__on_leave_since=None)
    rows = around.values_list("site_id", "code", "starts_at", "ends_at", "required").annotate(
        expected=Count("assignments", filter=expected),
        present=Count("assignments", filter=present),
    )
    found: defaultdict[UUID, list[ShiftSeen]] = defaultdict(list)
    for site, code, start, end, *counts in rows.order_by("starts_at", "code"):
        found[site].append(ShiftSeen(code, start.timestamp(), end.timestamp(), *counts))
    standing = Assignment.objects.filter(shift__in=around, is_rostered=True)
    return found, frozenset(standing.values_list("shift__site_id", "person_code"))


def _tours(at: datetime) -> BySite:
    found: defaultdict[Any, list[TourSeen]] = defaultdict(list)
    routes = dict(Route.objects.values_list("code", "name"))
    for row in tours.around(at, TOUR_LOOK_BACK).exclude(site=None):
        done = [one for one in row.scanned if one in row.checkpoints]
        found[row.site_id].append(
            TourSeen(
                row.code,
                name=routes.get(row.route, ""),
                person=row.person_code,
                end=seconds(row.ends_at),
                started_at=seconds(row.started_at),
                last_scan_at=seconds(row.last_scan_at),
                finished_at=seconds(row.finished_at),
                planned=len(row.checkpoints),
                scanned=len(done),
                is_mandatory=row.is_mandatory,
            )
        )
    return found


def _tickets(at: datetime) -> BySite:
    found: defaultdict[Any, list[TicketSeen]] = defaultdict(list)
    is_open = Q(ended_at=None) | Q(ended_at__gt=at)
    for row in Ticket.objects.filter(is_open, opened_at__lte=at).exclude(site=None):
        category = row.category.lower()
        found[row.site_id].append(
            TicketSeen(
                row.code,
                opened_at=row.opened_at.timestamp(),
                moved_at=row.changed_at.timestamp(),
                severity=SEVERITIES[Priority(row.priority)],
                is_assigned=bool(row.assignee),
                level=row.level,
                is_overdue=row.due_at is not None and row.due_at <= at,
                is_emergency=category in EMERGENCIES,
                is_field_support=category in SUPPORT,
            )
        )
    return found


def _alarms(at: datetime) -> BySite:
    """Return what began of late; what findings raised themselves shows nothing more."""
    since = at - MOST_ALARMS
    began = NOCAlertEvent.objects.filter(
        last_seen_at__gt=since, first_seen_at__gt=since, first_seen_at__lte=at
    )
    ours = Q(alert_type=telling.ALERT_TYPE, integration_id=OURSELVES)
    rows = began.exclude(ours).exclude(site=None)
    found: defaultdict[UUID, list[AlarmSeen]] = defaultdict(list)
    for site, kind, first, severity in rows.values_list(
        "site_id", "alert_type", "first_seen_at", "severity"
    ):
        alarm = AlarmSeen(canonical_type(kind), first.timestamp(), Severity(severity))
        found[site].append(alarm)
    return found


def _reports(at: datetime) -> BySite:
    found: defaultdict[UUID, list[ReportOwed]] = defaultdict(list)
    for one in filings.owed(at):
        period = one.period
        found[one.site_id].append(
            ReportOwed(
                one.report,
                one.every,
                first=str(period.first),
                last=str(period.last),
                due_at=period.due_at,
                is_filed=one.filed_at is not None,
                was_ever_filed=one.was_ever_filed,
            )
        )
    return found


def _lately(alarms: Sequence[AlarmSeen], at: datetime, minutes: int) -> Iterator[AlarmSeen]:
    return (one for one in alarms if at.timestamp() - one.at <= minutes * 60)
