"""How much began at each site in each hour of the day: alerts, or the incidents of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from django.db.models import Count, F, Func, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.incidents.models import IncidentPlace
from watchfloor.platform.accounts.scope import Scope

TOP = 50
"""Sites of one heat map: those with the most."""
Hours: TypeAlias = Mapping[int, int]


class Row(NamedTuple):
    """A site, and how many began there in each hour of the day in which any did."""

    site: Site
    hours: Hours

    @property
    def total(self) -> int:
        return sum(self.hours.values())


@dataclass(frozen=True, slots=True)
class Heat:
    """The sites with the most, what began at `other_sites`, and what began at no known site."""

    rows: Sequence[Row]
    other_sites: int
    elsewhere: int
    nowhere: int

    @property
    def most(self) -> int:
        return max((number for row in self.rows for number in row.hours.values()), default=0)


def of_alerts(scope: Scope, *, since: datetime, until: datetime, zone: str | None) -> Heat:
    """Return where and when alerts began, those that are kept quiet too. Four queries.

    Hours are of `zone`, or of each site where it is None.
    """
    began = Q(first_seen_at__gte=since, first_seen_at__lt=until)
    # An alert was last heard of after it began: that is what the index knows.
    found = alerts.visible(scope).filter(began, last_seen_at__gte=since)
    return _heat(found, "first_seen_at", zone)


def of_incidents(scope: Scope, *, since: datetime, until: datetime, zone: str | None) -> Heat:
    """Return where and when incidents were opened, at each of their places. As `of_alerts`."""
    opened = Q(incident__opened_at__gte=since, incident__opened_at__lt=until)
    found = IncidentPlace.objects.filter(scope.q(), opened, incident__is_listed=True)
    return _heat(found, "incident__opened_at", zone)


class _Hour(Func):
    """The hour of the day: of a time zone and a moment."""

    template = "extract(hour FROM timezone(%(expressions)s))::int"
    output_field = IntegerField()


def _heat(found: QuerySet[Any], began: str, zone: str | None) -> Heat:
    sums = found.aggregate(
        all=Count("pk"), placed=Count("site_id"), sites=Count("site_id", distinct=True)
    )
    by_site = found.exclude(site_id=None).values("site_id").annotate(number=Count("pk"))
    top = dict(by_site.order_by("-number", "site_id").values_list("site_id", "number")[:TOP])
    hours, sites = _hours(found.filter(site_id__in=top), began, zone), Site.objects.in_bulk(top)
    return Heat(
        [Row(sites[pk], hours[pk]) for pk in top],
        other_sites=sums["sites"] - len(top),
        elsewhere=sums["placed"] - sum(top.values()),
        nowhere=sums["all"] - sums["placed"],
    )


def _hours(found: QuerySet[Any], began: str, zone: str | None) -> Mapping[UUID, Hours]:
    clock = Cast(Value(zone), TextField()) if zone else F("site__time_zone")
    by_hour = found.annotate(hour=_Hour(clock, F(began))).values("site_id", "hour")
    counted: defaultdict[UUID, dict[int, int]] = defaultdict(dict)
    rows = by_hour.annotate(number=Count("pk")).values_list("site_id", "hour", "number")
    for site_id, hour, number in rows:
        counted[site_id][hour] = number
    return counted
