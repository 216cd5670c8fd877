"""Which part of the organisation bounds stand for: names that bind a key, sites of a grant."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from watchfloor.domain.org.models import Client, Site
from watchfloor.platform.accounts.places import Trees
from watchfloor.platform.accounts.scope import Place, Scope
from watchfloor.platform.tenancy.context import require_tenant_id

# UNION drops what was found before, so that even a circle of parents would end.
_BELOW = """
WITH RECURSIVE below(top, id) AS (
    SELECT site, site FROM unnest(%s::uuid[]) site
    UNION
    SELECT b.top, s.id FROM org_site s JOIN below b ON s.parent_id = b.id WHERE s.tenant_id = %s
)
"""

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


def trees(site_ids: frozenset[UUID]) -> Trees:
    """Return the tree of each site, in the tenant in scope. One query."""
    found: dict[UUID, set[UUID]] = {pk: set() for pk in site_ids}
    sql = f"{_BELOW} SELECT top, id FROM below"  # noqa: S608  our own
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(site_ids), require_tenant_id()])
        for top, pk in cursor.fetchall():
            found[top].add(pk)
    return {top: frozenset(its) for top, its in found.items()}


def below(site_id: UUID) -> RawSQL:
    """Return the column of the ids of a site and all below it, for a query to look in."""
    sql = f"{_BELOW} SELECT id FROM below"  # noqa: S608  our own
    return RawSQL(sql, ([site_id], require_tenant_id()))  # noqa: S611  our own


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
