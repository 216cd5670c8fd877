"""Whose licences end soon or have ended, and the first of their shifts that would need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from watchfloor.aiops.inspection.licences import WARNING
from watchfloor.aiops.licences import ends_on, is_held
from watchfloor.aiops.patterns.observation import LicenceSeen
from watchfloor.domain.people.selectors import Held, not_lasting
from watchfloor.domain.posts.models import Post
from watchfloor.domain.shifts.models import Assignment
from watchfloor.sensing.inspection.models import SiteAuditSchedule
from watchfloor.sensing.thresholds.selectors import limits

DAY = timedelta(days=1)
LONGEST_SHIFT = timedelta(days=2)
_INSTANT = timedelta(microseconds=1)
"""A shift that ends at midnight ends on the day before."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A site, the day there, and how many days before its end a licence is told of."""

    pk: UUID
    zone: ZoneInfo
    day: date
    warned_days: float


@dataclass(frozen=True, slots=True)
class _Duty:
    """A shift that goes on or is to come, of somebody rostered for it."""

    shift: str
    site_id: UUID
    starts_at: datetime
    ends_at: datetime
    needs: frozenset[str]


def seen(schedules: Sequence[SiteAuditSchedule], at: datetime) -> Mapping[UUID, list[LicenceSeen]]:
    """Return what is seen of licences at each site: of those at home there, and of those rostered
    there beyond the end. No shift or post is read where all licences last."""
    places = {one.pk: one for one in _places(schedules, at)}
    # Any site's day is the day before, of or after the one in UTC.
    today, most = at.date(), max((one.warned_days for one in places.values()), default=0)
    ending = list(not_lasting(today - DAY, today + DAY + timedelta(days=most)))
    duties = _duties({one.person_id for one in ending}, at) if ending else {}
    found: defaultdict[UUID, list[LicenceSeen]] = defaultdict(list)
    for held in ending:
        theirs = duties.get(held.person_id, ())
        for place in _where(held, theirs, places):
            if (one := _seen(held, theirs, place)) is not None:
                found[place.pk].append(one)
    return found


def _places(schedules: Sequence[SiteAuditSchedule], at: datetime) -> Iterator[_Place]:
    standing = limits()
    for site in (one.site for one in schedules):
        zone = ZoneInfo(site.time_zone or "UTC")
        client = site.client.code if site.client else ""
        days = standing.at(WARNING.name, site=site.code, client=client)
        yield _Place(site.pk, zone, at.astimezone(zone).date(), days)


def _where(held: Held, duties: Sequence[_Duty], places: Mapping[UUID, _Place]) -> Iterator[_Place]:
    sites = dict.fromkeys((held.home_id, *(one.site_id for one in duties)))
    return (places[site] for site in sites if site is not None and site in places)


def _seen(held: Held, duties: Sequence[_Duty], place: _Place) -> LicenceSeen | None:
    last = ends_on(held.terms, place.day)
    shift = next((one for one in duties if _lacks(one, held, place)), None)
    if last is None or (shift is None and place.pk != held.home_id):
        return None
    return LicenceSeen(
        held.person,
        held.skill,
        last=str(last),
        days_left=(last - place.day).days,
        warned_days=place.warned_days,
        shift=shift.shift if shift else "",
        shift_starts_at=shift.starts_at.timestamp() if shift else None,
    )


def _lacks(duty: _Duty, held: Held, place: _Place) -> bool:
    """Whether the shift is at the place, needs the skill, and lasts beyond its licences."""
    if duty.site_id != place.pk or held.skill not in duty.needs:
        return False
    edges = (duty.starts_at, duty.ends_at - _INSTANT)
    return not all(is_held(held.terms, one.astimezone(place.zone).date()) for one in edges)


def _duties(people: Collection[UUID], at: datetime) -> Mapping[UUID, list[_Duty]]:
    """Return the shifts of these people that are not over, the next first."""
    rows = Assignment.objects.filter(
        person__in=people, starts_at__gt=at - LONGEST_SHIFT, shift__ends_at__gt=at,
        is_rostered=True, on_leave_since=None, checked_out_at=None,
    ).exclude(shift__site=None)  # fmt: skip
    posts = Post.objects.filter(is_active=True).exclude(skills=[])
    needs = {
        (site, code): frozenset(skills)
        for site, code, skills in posts.values_list("site_id", "code", "skills")
    }
    found: defaultdict[UUID, list[_Duty]] = defaultdict(list)
    for person, code, site, post, starts, ends in rows.order_by("starts_at").values_list(
        "person_id", "shift__code", "shift__site_id", "shift__post", "starts_at", "shift__ends_at"
    ):
        duty = _Duty(code, site, starts, ends, needs.get((site, post), frozenset()))
        found[person].append(duty)
    return found
