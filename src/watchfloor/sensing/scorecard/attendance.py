"""Shifts and their people as the pillars count them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from watchfloor.aiops.licences import Licences
from watchfloor.aiops.operation.rules.overtime_violation import HOURS
from watchfloor.aiops.scorecard import law
from watchfloor.aiops.scorecard.facts import Planned, Stood
from watchfloor.aiops.scorecard.law import Duty, Papers
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.selectors import licences
from watchfloor.domain.posts.models import Post
from watchfloor.domain.shifts.models import Assignment, Shift
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.platform.moments import seconds
from watchfloor.sensing.scorecard.papers import papers
from watchfloor.sensing.scorecard.span import Span, Told
from watchfloor.sensing.thresholds.selectors import limits

BROKEN = ("OVERTIME_VIOLATION", "IMPOSSIBLE_SHIFTS")
"""Alerts that say of somebody what check-ins and check-outs of their own shifts do not."""
AROUND = timedelta(days=2)
"""Shifts of other days and sites that the hours of these days depend on begin so near."""
_INSTANT = timedelta(microseconds=1)
"""Who leaves at midnight was there on the day before."""
_Person = tuple[str, date]


class Attendance:
    """All of a span, read at once."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self._limits = limits()
        self._sites: Mapping[UUID | None, Site] = {
            site.pk: site
            for site in Site.objects.filter(pk__in=span.sites).select_related("client")
        }

    def planned(self) -> Told[Planned]:
        for shift in self._shifts:
            if not self._span.holds(shift.starts_at):
                continue
            came = [at for row in self._people[shift.pk] if (at := seconds(row.checked_in_at))]
            begins = shift.starts_at.timestamp()
            yield shift.site_id, shift.starts_at, Planned(shift.code, shift.required, begins, came)

    def stood(self) -> Told[Stood]:
        """Return who stood on shifts that were over: of these the hours are known."""
        for shift in self._shifts:
            if self._span.holds(shift.ends_at):
                for row in self._people[shift.pk]:
                    yield shift.site_id, shift.ends_at, self._stood(shift, row)

    @cached_property
    def _shifts(self) -> Sequence[Shift]:
        span = self._span
        found = Shift.objects.filter(
            site_id__in=span.sites, starts_at__gte=span.since - AROUND, starts_at__lt=span.until
        )
        return list(found.filter(ends_at__gte=span.since).order_by("starts_at", "code"))

    @cached_property
    def _people(self) -> Mapping[UUID, Sequence[Assignment]]:
        rows = Assignment.objects.filter(shift__in=self._shifts, is_rostered=True)
        found: defaultdict[UUID, list[Assignment]] = defaultdict(list)
        for row in rows.order_by("person_code"):
            found[row.shift_id].append(row)
        return found

    @cached_property
    def _worked(self) -> Mapping[str, Sequence[law.Span]]:
        """Return when each person worked, wherever that was."""
        rows = Assignment.objects.filter(
            starts_at__gte=self._span.since - AROUND, starts_at__lt=self._span.until + AROUND
        )
        found: defaultdict[str, list[law.Span]] = defaultdict(list)
        for person, came, left in rows.exclude(checked_out_at=None).values_list(
            "person_code", "checked_in_at", "checked_out_at"
        ):
            if came and left:
                found[person].append((came.timestamp(), left.timestamp()))
        return found

    @cached_property
    def _alerts(self) -> Mapping[_Person, Sequence[str]]:
        span = self._span
        rows = NOCAlertEvent.objects.filter(
            alert_type__in=BROKEN, entity_type="person", last_seen_at__gte=span.since - AROUND,
            first_seen_at__gte=span.since - AROUND, first_seen_at__lt=span.until,
        )  # fmt: skip
        found: defaultdict[_Person, list[str]] = defaultdict(list)
        for person, kind, at in rows.order_by("first_seen_at").values_list(
            "entity_id", "alert_type", "first_seen_at"
        ):
            found[person, span.day_of(at)].append(kind)
        return found

    @cached_property
    def _papers(self) -> Mapping[str, Papers]:
        return papers(self._licences)

    @cached_property
    def _licences(self) -> Mapping[str, Licences]:
        return licences()

    @cached_property
    def _needs(self) -> Mapping[tuple[UUID | None, str], frozenset[str]]:
        posts = Post.objects.filter(is_active=True, site__in=self._span.sites)
        rows = posts.values_list("site_id", "code", "skills")
        return {(site, code): frozenset(skills) for site, code, skills in rows}

    def _stood(self, shift: Shift, row: Assignment) -> Stood:
        came, left = row.checked_in_at, row.checked_out_at
        known = self._papers.get(row.person_code)
        unlicensed = self._duty(shift, row).needs - self._held(row).keys()
        return Stood(
            shift=shift.code,
            person=row.person_code,
            ends_at=shift.ends_at.timestamp(),
            came_at=seconds(came),
            left_at=seconds(left),
            broke=tuple(dict.fromkeys(self._broke(shift, row))) if came else (),
            has_papers=known is not None,
            is_end_known=known is None or not unlicensed & known.skills,
        )

    def _broke(self, shift: Shift, row: Assignment) -> Iterator[str]:
        person, began = row.person_code, self._span.day_of(shift.starts_at)
        for day in sorted({began, self._span.day_of(shift.ends_at)}):
            yield from self._alerts.get((person, day), ())
        if row.checked_out_at is not None:
            yield from self._broke_hours(shift, row.checked_out_at.timestamp(), person)
        duty = self._duty(shift, row)
        yield from law.broken_by_licences(self._held(row), duty)
        if (known := self._papers.get(person)) is not None:
            yield from law.broken_by_papers(known, duty)

    def _held(self, row: Assignment) -> Licences:
        return self._licences.get(row.person_code, {})

    def _duty(self, shift: Shift, row: Assignment) -> Duty:
        ended = row.checked_out_at or shift.ends_at
        return Duty(
            site=self._sites[shift.site_id].code,
            day=self._span.day_of(shift.starts_at),
            last=self._span.day_of(ended - _INSTANT),
            needs=self._needs.get((shift.site_id, shift.post), frozenset()),
        )

    def _broke_hours(self, shift: Shift, left_at: float, person: str) -> Iterator[str]:
        site = self._sites[shift.site_id] if shift.site_id else None
        where = {
            "site": site.code if site else "",
            "client": site.client.code if site and site.client else "",
        }
        yield from law.broken_by_hours(
            left_at,
            self._worked[person],
            most_hours=self._limits.at(HOURS.name, **where),
            rest_hours=self._limits.at(law.REST.name, **where),
        )
