"""Which part of the organisation bounds stand for: names that bind a key, sites of a grant."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Func, Q, UUIDField
from django.db.models.expressions import RawSQL

from watchfloor.domain.org.models import Client, Site
from watchfloor.platform.accounts.scope import Place, Scope
from watchfloor.platform.tenancy.context import require_tenant_id

# UNION drops what was found before, so that even a circle of parents would end.
_BELOW = """
WITH RECURSIVE below(id, tenant_id) AS (
    {}
    UNION
    SELECT s.id, s.tenant_id FROM org_site s
    JOIN below b ON s.parent_id = b.id AND s.tenant_id = b.tenant_id
)
SELECT id FROM below"""
_BELOW_THESE = _BELOW.format("SELECT unnest(%s::uuid[]), %s::bigint")

_ABOVE = """
WITH RECURSIVE above(id, parent_id, steps) AS (
    SELECT id, parent_id, 0 FROM org_site WHERE id = %s AND tenant_id = %s
    UNION
    SELECT s.id, s.parent_id, a.steps + 1 FROM org_site s JOIN above a ON s.id = a.parent_id
    WHERE s.tenant_id = %s AND a.steps < %s
)
SELECT id FROM above ORDER BY steps"""
DEEPEST = 50
"""Levels of sites that are looked at: a circle of parents, too, has an end."""


def scope_of(clients: frozenset[str], sites: frozenset[str]) -> Scope:
    """Return the clients and sites with these codes or names, in the tenant in scope."""
    return Scope(
        client_ids=frozenset(Client.objects.filter(_named(clients)).values_list("id", flat=True)),
        site_ids=frozenset(Site.objects.filter(_named(sites)).values_list("id", flat=True)),
    )


class Tree(Func):
    """The column of the ids of a site and all below it: `Tree("site_id", "tenant_id")`."""

    template = f"ARRAY({_BELOW.format('VALUES (%(expressions)s)')})"
    output_field = ArrayField(UUIDField())


def with_below(site_ids: frozenset[UUID]) -> frozenset[UUID]:
    """Return the sites and all below them, in the tenant in scope. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW_THESE, [list(site_ids), require_tenant_id()])
        return frozenset(pk for (pk,) in cursor.fetchall())


def below(site_id: UUID) -> RawSQL:
    """Return the column of the ids of a site and all below it, for a query to look in."""
    return RawSQL(_BELOW_THESE, ([site_id], require_tenant_id()))  # noqa: S611  our own


def with_above(site_id: UUID) -> tuple[UUID, ...]:
    """Return the site and those above it, the nearest first. One query."""
    tenant_id = require_tenant_id()
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [site_id, tenant_id, tenant_id, DEEPEST])
        return tuple(dict.fromkeys(pk for (pk,) in cursor.fetchall()))


def everywhere() -> list[Place]:
    """Return all places of the tenant in scope, and none: who sees anything sees one of them."""
    clients = Client.objects.filter(is_active=True).values_list("pk", flat=True)
    sites = Site.objects.filter(is_active=True).values_list("client_id", "pk")
    return [(None, None), *((pk, None) for pk in clients), *sites]


def _named(names: frozenset[str]) -> Q:
    return Q(code__in=names) | Q(name__in=names)
