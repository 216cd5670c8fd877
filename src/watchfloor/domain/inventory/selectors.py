"""The inventory as a viewer may see it."""

from __future__ import annotations

from math import cos, radians
from typing import TypeVar

from django.db.models import Q, QuerySet

from watchfloor.aiops.correlation.vicinity import KM_OF_DEGREE, kilometres
from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Client, Site
from watchfloor.domain.people.models import Person
from watchfloor.platform import disclosing
from watchfloor.platform.accounts.scope import Scope

_Rows = TypeVar("_Rows", QuerySet[Client], QuerySet[Site], QuerySet[Device], QuerySet[Person])


def clients_for(scope: Scope) -> QuerySet[Client]:
    rows = Client.objects.filter(is_active=True)
    if scope.all_clients:
        return rows
    return rows.filter(Q(id__in=scope.client_ids) | Q(sites__id__in=scope.site_ids)).distinct()


def sites_for(scope: Scope) -> QuerySet[Site]:
    return Site.objects.filter(scope.q("client_id", "id"), is_active=True)


def devices_for(scope: Scope) -> QuerySet[Device]:
    return Device.objects.filter(scope.q("site__client_id", "site_id"), is_active=True)


def people_for(scope: Scope) -> QuerySet[Person]:
    return Person.objects.filter(_within(scope), is_active=True).select_related("home_site")


def _within(scope: Scope) -> Q:
    return scope.q("home_site__client_id", "home_site_id")


def matching(rows: _Rows, text: str, *, verified: bool | None) -> _Rows:
    """Return the rows whose code or name contains `text`, in the wanted state of verification."""
    if text:
        rows = rows.filter(Q(code__icontains=text) | Q(name__icontains=text))
    return rows if verified is None else rows.filter(is_verified=verified)


def people_matching(
    rows: QuerySet[Person], text: str, names_within: Scope, *, verified: bool | None
) -> QuerySet[Person]:
    """As `matching`, by what may be read of each person only: a search tells letter by letter."""
    if text:
        readable = _within(names_within) & (Q(code__icontains=text) | Q(name__icontains=text))
        rows = rows.filter(readable | Q(is_verified=True, code__icontains=text))
    return matching(rows, "", verified=verified)


def person_row(person: Person, names_within: Scope) -> dict[str, object]:
    """Return a person without name and contacts where they lie beyond `names_within`.

    Whom only senders named has the name for a code. What is told of persons is written down.
    """
    row: dict[str, object] = {
        "id": person.pk,
        "code": person.code if person.is_verified else None,
        "is_verified": person.is_verified,
        "home_site_id": person.home_site_id,
    }
    site = person.home_site
    place = (site.client_id if site else None, person.home_site_id)
    if names_within.covers(*place):
        disclosing.note(person.pk, place)
        names = ("code", "name", "phone", "email")
        row |= {name: getattr(person, name) for name in names}
    return row


def near(sites: QuerySet[Site], latitude: float, longitude: float, km: float) -> QuerySet[Site]:
    """Return the sites within `km` kilometres on the surface of the Earth.

    A bounding box finds candidates by index; the exact distance decides among them.
    """
    high = abs(latitude) + km / KM_OF_DEGREE
    width = 180.0 if high >= 90 else km / (KM_OF_DEGREE * cos(radians(high)))
    box = sites.filter(
        latitude__range=(latitude - km / KM_OF_DEGREE, latitude + km / KM_OF_DEGREE)
    ).filter(_east_west(longitude, width))
    here, places = (latitude, longitude), box.values_list("id", "latitude", "longitude")
    inside = [
        pk
        for pk, lat, lon in places
        if lat is not None and lon is not None and kilometres(here, (lat, lon)) <= km
    ]
    return sites.filter(id__in=inside)


def _east_west(longitude: float, width: float) -> Q:
    """Longitudes within `width` degrees, also across the date line."""
    if width >= 180:
        return Q()
    west, east = longitude - width, longitude + width
    if west < -180:
        return Q(longitude__lte=east) | Q(longitude__gte=west + 360)
    if east > 180:
        return Q(longitude__gte=west) | Q(longitude__lte=east - 360)
    return Q(longitude__range=(west, east))
