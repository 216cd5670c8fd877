"""Incidents at a place or of a thing: those that are open now, and how many began on each day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncDate

from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.standing import Standing, Thing, in_alarm
from watchfloor.noc.incidents import places, selectors
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident
from watchfloor.noc.incidents.states import OPEN
from watchfloor.platform.accounts.scope import Scope


class Began(NamedTuple):
    day: date
    severity: int
    number: int


class Open(NamedTuple):
    """How many of a kind are open at a site; None: at a place that is no known site."""

    site_id: UUID | None
    severity: int
    is_life_safety: bool
    number: int


def at_sites(scope: Scope, ids: Collection[UUID]) -> QuerySet[NOCIncident]:
    """Return the listed incidents that are at one of these sites."""
    return _listed(scope).filter(places.at(scope, Q(site_id__in=ids)))


def holding(scope: Scope, thing: Thing, thing_id: UUID) -> QuerySet[NOCIncident]:
    """Return the listed incidents with an alert of this device or about this person."""
    found = alerts.visible(scope).filter(**{f"{thing}_id": thing_id})
    return selectors.matching(_listed(scope), holding=found)


def open_ones(found: QuerySet[NOCIncident]) -> QuerySet[NOCIncident]:
    """Return those that are not over, life safety first, then the worst, then the newest."""
    order = ("-is_life_safety", "-severity", "-opened_at", "-id")
    return found.filter(state__in=OPEN).order_by(*order)


def open_at_each(scope: Scope, ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return what is open at each of these sites. One query."""
    rows = (
        _still_open(scope)
        .filter(site_id__in=ids)
        .values("site_id")
        .annotate(count=Count("incident", distinct=True), worst=Max("incident__severity"))
    )
    return {row["site_id"]: Standing(row["count"], row["worst"]) for row in rows}


def open_anywhere(scope: Scope) -> list[Open]:
    """Return what is open at each site of the scope, by severity. One query."""
    kind = ("site_id", "incident__severity", "incident__is_life_safety")
    counted = _still_open(scope).values(*kind).annotate(number=Count("incident", distinct=True))
    return [Open(*row) for row in counted.values_list(*kind, "number")]


def of_devices(scope: Scope, ids: Collection[UUID]) -> dict[UUID, NOCIncident]:
    """Return the open incident of the worst alert of each device in alarm. Two queries."""
    firing = in_alarm(scope).filter(device_id__in=ids).exclude(cluster_id=None)
    rows = firing.order_by("severity", "last_seen_at").values_list("device_id", "cluster_id")
    clusters = dict(rows)  # of a device's rows the last one stays
    found = _listed(scope).filter(state__in=OPEN, cluster_id__in=set(clusters.values()))
    known = {incident.cluster_id: incident for incident in found}
    return {device: known[cluster] for device, cluster in clusters.items() if cluster in known}


def by_day(found: QuerySet[NOCIncident], *, since: datetime, zone: tzinfo) -> list[Began]:
    """Return how many of each severity began on each day in `zone`. One query."""
    began = found.filter(opened_at__gte=since).annotate(day=TruncDate("opened_at", tzinfo=zone))
    counted = began.values("day", "severity").annotate(number=Count("pk")).order_by("day")
    return [Began(*row) for row in counted.values_list("day", "severity", "number")]


def _still_open(scope: Scope) -> QuerySet[IncidentPlace]:
    seen = IncidentPlace.objects.filter(scope.q())
    return seen.filter(incident__is_listed=True, incident__state__in=OPEN)


def _listed(scope: Scope) -> QuerySet[NOCIncident]:
    return selectors.visible(scope).filter(is_listed=True)
