"""Where incidents are, and so who may see them, whole or in part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, OuterRef, Q, UUIDField

from watchfloor.noc.incidents.models import IncidentPlace
from watchfloor.platform import bulk
from watchfloor.platform.accounts.scope import Place, Scope
from watchfloor.platform.tenancy.context import require_tenant_id


def within(scope: Scope) -> Q:
    """Return the filter of incidents with at least one place in the scope.

    A subquery on two indexes of ids: row-level security lets only equality use an index.
    """
    if scope.all_clients:
        return Q()
    return Q(pk__in=IncidentPlace.objects.filter(scope.q()).values("incident_id"))


def at(scope: Scope, which: Q) -> Q:
    """Return the filter of incidents with such a place; `which` is asked of `IncidentPlace`.

    Only places in the scope answer: nobody learns by asking where else an incident is.
    """
    seen = IncidentPlace.objects.filter(scope.q()).filter(which)
    return Q(pk__in=seen.values("incident_id"))


def beyond(scope: Scope) -> Q:
    """Return the filter of incidents with a place outside the scope."""
    if scope.all_clients:
        return Q(pk__in=[])
    return Q(pk__in=IncidentPlace.objects.exclude(scope.q()).values("incident_id"))


def of(incident_ids: Iterable[UUID]) -> Mapping[UUID, list[Place]]:
    """Return the places of each incident. One query."""
    found: defaultdict[UUID, list[Place]] = defaultdict(list)
    rows = IncidentPlace.objects.filter(incident__in=list(incident_ids))
    for incident_id, *place in rows.values_list("incident_id", "client_id", "site_id"):
        found[incident_id].append((place[0], place[1]))
    return found


def column() -> ArraySubquery:
    """Return the column of an incident's places: a list of the client and site of each."""
    place = Func("client_id", "site_id", function="ARRAY", template="%(function)s[%(expressions)s]",
                 output_field=ArrayField(UUIDField()))  # fmt: skip
    its = IncidentPlace.objects.filter(incident=OuterRef("pk"))
    return ArraySubquery(its.values_list(place, flat=True))


def common(ids: Iterable[UUID | None]) -> UUID | None:
    """Return the one id that all have, if there is one."""
    distinct = set(ids)
    return distinct.pop() if len(distinct) == 1 else None


def sites(places: Iterable[Place]) -> list[UUID]:
    """Return the sites among the places, each once, in order."""
    return sorted({site_id for _, site_id in places if site_id is not None})


def known(places: Iterable[Place]) -> list[Place]:
    return [place for place in places if place != (None, None)]


_ROW = bulk.Shape.of("incident_id uuid, client_id uuid, site_id uuid")
_NOWHERE = "'00000000-0000-0000-0000-000000000000'"
_WRITE = f"""
WITH places AS MATERIALIZED (SELECT x.* FROM {_ROW.source()}), gone AS (
    DELETE FROM incidents_incidentplace p
    WHERE p.tenant_id = %b AND p.incident_id = ANY(%b::uuid[]) AND NOT EXISTS (
        SELECT FROM places n WHERE n.incident_id = p.incident_id
            AND coalesce(n.client_id, {_NOWHERE}) = coalesce(p.client_id, {_NOWHERE})
            AND coalesce(n.site_id, {_NOWHERE}) = coalesce(p.site_id, {_NOWHERE})
    )
)
INSERT INTO incidents_incidentplace (id, tenant_id, incident_id, client_id, site_id)
SELECT gen_random_uuid(), %b, n.* FROM places n ON CONFLICT DO NOTHING"""  # noqa: S608  our own


def write(places: Mapping[UUID, Iterable[Place]]) -> None:
    """Let these incidents be at these places and no others."""
    if places:
        tenant_id = require_tenant_id()
        rows = [(pk, *place) for pk, its in places.items() for place in its]
        bulk.run(_WRITE, [*_ROW.arrays(rows), tenant_id, list(places), tenant_id])
