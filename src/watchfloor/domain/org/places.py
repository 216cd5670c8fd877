"""Which part of the organisation the names that bind a key stand for."""

from __future__ import annotations

from django.db.models import Q

from watchfloor.domain.org.models import Client, Site
from watchfloor.platform.accounts.scope import Scope


def scope_of(clients: frozenset[str], sites: frozenset[str]) -> Scope:
    """Return the clients and sites with these codes or names, in the tenant in scope."""
    return Scope(
        client_ids=frozenset(Client.objects.filter(_named(clients)).values_list("id", flat=True)),
        site_ids=frozenset(Site.objects.filter(_named(sites)).values_list("id", flat=True)),
    )


def _named(names: frozenset[str]) -> Q:
    return Q(code__in=names) | Q(name__in=names)
