"""Shifts that go on, with who is on them, within somebody's bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from watchfloor.aiops.operation.rules.attendance_missing import BREAK
from watchfloor.aiops.presence import HERE, LATE, Presence, Standing
from watchfloor.aiops.types import Seconds
from watchfloor.domain.people.models import Person
from watchfloor.domain.shifts import selectors as shifts
from watchfloor.domain.shifts.models import Assignment, Shift
from watchfloor.platform import disclosing
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound
from watchfloor.platform.moments import seconds
from watchfloor.sensing.reactive.directory import open_directory

ORDER = ("-is_short", "starts_at", "id")
"""What lacks somebody first."""
LATELY, FEW = timedelta(days=1), 5


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person on a shift, by code: names are shown to who may see them."""

    assignment: Assignment
    presence: Presence


@dataclass(frozen=True, slots=True)
class Manned:
    """A shift, and how it is manned now."""

    shift: Shift
    people: Sequence[Somebody]
    is_due: bool
    """Whoever comes from now on is late."""

    @property
    def numbers(self) -> Counter[Presence]:
        return Counter(one.presence for one in self.people)

    @property
    def here(self) -> int:
        return sum(number for presence, number in self.numbers.items() if presence in HERE)

    @property
    def short(self) -> int:
        """Return how many are lacking, once whoever comes is late."""
        return max(0, self.shift.required - self.here) if self.is_due else 0


def going_on(scope: Scope, now: datetime, *, site: str = "") -> QuerySet[Shift]:
    """Return the shifts that go on or begin soon, with their people.

    Each says whether it `is_short`, as `Manned.short` counts it.
    """
    people = Prefetch(
        "assignments",
        Assignment.objects.select_related("person__home_site").order_by("person_code"),
    )
    found = shifts.going_on(now).select_related("site").prefetch_related(people)
    found = found.filter(scope.q("site__client_id", "site_id"))
    found = found.annotate(is_short=ExpressionWrapper(_lacks(now), BooleanField()))
    return found.filter(site__code=site) if site else found


def short(found: QuerySet[Shift]) -> QuerySet[Shift]:
    """Return those of the shifts that lack somebody."""
    return found.filter(Q(is_short=True))


def _lacks(now: datetime) -> Q:
    there = Assignment.objects.filter(shift=OuterRef("pk"), checked_out_at=None)
    there = there.exclude(checked_in_at=None).exclude(pk__in=_strayed(now))
    here = there.order_by().values("shift").annotate(number=Count("pk")).values("number")
    due = Q(starts_at__lt=now - timedelta(seconds=LATE))
    return due & Q(required__gt=Coalesce(Subquery(here), 0))


def _strayed(now: datetime) -> list[UUID]:
    """Return those who are on a break for longer than their place is held."""
    away = Assignment.objects.filter(shift__in=shifts.going_on(now), on_break_since__lte=now)
    away = away.select_related("shift__site")
    return [row.pk for row in away if _presence(row.shift, row, now) not in HERE]


def duties_of(scope: Scope, person: Person, now: datetime) -> list[Assignment]:
    """Return the shifts that a person stands on, of a day past and of those to come; a few."""
    found = Assignment.objects.select_related("shift__site").filter(person=person)
    found = found.filter(scope.q("shift__site__client_id", "shift__site_id"))
    return list(found.filter(starts_at__gt=now - LATELY).order_by("starts_at", "id")[:FEW])


def one(scope: Scope, shift_id: UUID, now: datetime) -> Shift:
    found = going_on(scope, now).filter(pk=shift_id).first()
    if found is None:
        raise NotFound("There is no such shift going on.")
    return found


def manned(shift: Shift, now: datetime) -> Manned:
    people = [Somebody(row, _presence(shift, row, now)) for row in shift.assignments.all()]
    return Manned(shift, people, now > shift.starts_at + timedelta(seconds=LATE))


def people_of(manned: Manned) -> Sequence[Somebody]:
    """Return the people of a shift for an answer that tells of them."""
    site = manned.shift.site
    for one in manned.people:
        place = (site.client_id if site else None, manned.shift.site_id)
        disclosing.note(one.assignment.person_id, place)
    return manned.people


def _presence(shift: Shift, row: Assignment, now: datetime) -> Presence:
    standing = Standing(
        starts_at=shift.starts_at.timestamp(),
        is_rostered=row.is_rostered,
        is_on_leave=row.on_leave_since is not None,
        came_at=seconds(row.checked_in_at),
        left_at=seconds(row.checked_out_at),
        break_over_at=_break_over_at(shift, row.on_break_since),
    )
    return standing.at(now.timestamp())


def _break_over_at(shift: Shift, since: datetime | None) -> Seconds | None:
    if since is None:
        return None
    site = shift.site.code if shift.site else ""
    return since.timestamp() + 60 * open_directory().limit(BREAK.name, site)
