"""Names and trees of clients and sites to a scope. The organisation lies above and registers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg

from watchfloor.platform.accounts.scope import NOTHING, Scope

Lookup = Callable[[frozenset[str], frozenset[str]], Scope]
Reach = Callable[[frozenset[UUID]], frozenset[UUID]]
Names = Callable[[psycopg.Connection[Any], int, frozenset[str]], frozenset[str]]
_lookups: list[Lookup] = []
_reaches: list[Reach] = []
_names: list[Names] = []


def register(lookup: Lookup, reach: Reach, names: Names) -> None:
    """Let all three answer.

    Within the tenant in scope, `lookup(client codes, site codes)` finds what codes stand for, and
    `reach(site ids)` returns these sites and all below them. `names(connection, tenant, site
    codes)` returns what these sites and those below them are called; its connection sees all
    tenants.
    """
    _lookups.append(lookup)
    _reaches.append(reach)
    _names.append(names)


def scope_of(clients: Iterable[str], sites: Iterable[str]) -> Scope:
    """Return what the codes stand for, down the tree; codes that nobody knows cover nothing."""
    found = NOTHING
    for lookup in _lookups:
        found = found | lookup(frozenset(clients), frozenset(sites))
    return replace(found, site_ids=with_below(found.site_ids))


def with_below(site_ids: frozenset[UUID]) -> frozenset[UUID]:
    """Return the sites and all that lie below them in the tree as it stands now."""
    if not site_ids:
        return site_ids
    return site_ids.union(*(reach(site_ids) for reach in _reaches))


def names_within(
    connection: psycopg.Connection[Any], tenant_id: int, sites: frozenset[str]
) -> frozenset[str]:
    """Return what senders may call these sites and those below them."""
    return frozenset().union(*(names(connection, tenant_id, sites) for names in _names))
