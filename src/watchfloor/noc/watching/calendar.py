"""The local days of a watch: the days of the place that is watched, where its people count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
    set_by_tenant = organisation.read().time_zone if site is None else None
    [zone] = _zones([(site, client_id)], set_by_tenant)
    return zone


def todays(watches: Sequence[Watch], set_by_tenant: str | None, now: datetime) -> list[date]:
    """Return the local day of each. One query at most, however many they are."""
    zones = _zones([(watch.site, watch.client_id) for watch in watches], set_by_tenant)
    return [now.astimezone(zone).date() for zone in zones]


def _zones(
    places: Sequence[tuple[Site | None, UUID | None]], set_by_tenant: str | None
) -> list[ZoneInfo]:
    is_asked = set_by_tenant is None and any(site is None for site, _ in places)
    counted = _counted() if is_asked else []
    return [
        ZoneInfo(site.time_zone if site else set_by_tenant or _usual(counted, client_id))
        for site, client_id in places
    ]


def _counted() -> list[tuple[UUID | None, str, int]]:
    """Return how many sites of each client are in each zone."""
    kind = ("client_id", "time_zone")
    sites = Site.objects.filter(is_active=True, is_verified=True).values(*kind)
    return list(sites.annotate(number=Count("*")).values_list(*kind, "number"))


def _usual(counted: Iterable[tuple[UUID | None, str, int]], client_id: UUID | None) -> str:
    """Return the zone of most sites, of the client if one is given."""
    numbers: Counter[str] = Counter()
    for client, zone, number in counted:
        if client_id is None or client == client_id:
            numbers[zone] += number
    return min(numbers, key=lambda zone: (-numbers[zone], zone), default="UTC")


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
