"""The local days of a watch: the days of the place that is watched, where its people count them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count

from watchfloor.domain.org.models import Site
from watchfloor.noc.watching.models import Watch
from watchfloor.platform.accounts import organisation

SETTLES = timedelta(minutes=15)
"""So long after its end a day is compared: what comes late has landed by then."""
REACH = timedelta(hours=12)
"""So long after a day's end what the present system does still counts for that day's alarms."""


@dataclass(frozen=True, slots=True)
class Day:
    """The part of a local day in which was watched."""

    date: date
    starts_at: datetime
    ends_at: datetime

    def is_over(self, now: datetime) -> bool:
        return self.ends_at + SETTLES <= now


def zone_of(watch: Watch) -> ZoneInfo:
    return zone_at(watch.site, watch.client_id)


def zone_at(site: Site | None, client_id: UUID | None) -> ZoneInfo:
    """Return the zone of a site, else the tenant's: as set, or that of most of its sites."""
    if site is not None:
        return ZoneInfo(site.time_zone)
    if (set_by_tenant := organisation.read().time_zone) is not None:
        return ZoneInfo(set_by_tenant)
    sites = Site.objects.filter(is_active=True, is_verified=True)
    if client_id is not None:
        sites = sites.filter(client_id=client_id)
    most = sites.values("time_zone").annotate(number=Count("*")).order_by("-number", "time_zone")
    usual = most.values_list("time_zone", flat=True).first()
    return ZoneInfo(usual or "UTC")


def days(watch: Watch, now: datetime) -> Iterator[Day]:
    """Yield the days of a watch up to now, the oldest first; the last may be under way."""
    zone = zone_of(watch)
    until = watch.ended_at or now
    on = watch.started_at.astimezone(zone).date()
    while (begins := midnight(on, zone)) < until:
        ends = midnight(on + timedelta(days=1), zone)
        yield Day(on, max(begins, watch.started_at), min(ends, watch.ended_at or ends))
        on += timedelta(days=1)


def midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), zone)
