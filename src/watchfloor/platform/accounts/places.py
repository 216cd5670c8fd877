"""Names and trees of clients and sites to a scope. Who knows them lies above and registers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID

import psycopg

from watchfloor.platform.accounts.scope import NOTHING, Scope

Lookup = Callable[[frozenset[str], frozenset[str]], Scope]
Trees: TypeAlias = Mapping[UUID, frozenset[UUID]]
"""Sites, each with itself and all that lies below it."""
Reach = Callable[[frozenset[UUID]], Trees]
Bound: TypeAlias = tuple[int, frozenset[str]]
"""A tenant, and the codes or names of sites that a key of it is bound to."""
Names = Callable[[psycopg.Connection[Any], Collection[Bound]], Mapping[Bound, frozenset[str]]]
_lookups: list[Lookup] = []
_reaches: list[Reach] = []
_names: list[Names] = []


def register(lookup: Lookup, reach: Reach) -> None:
    """Let both answer within the tenant in scope.

    `lookup(client codes, site codes)` finds what codes stand for, and `reach(site ids)` returns
    the tree of each.
    """
    _lookups.append(lookup)
    _reaches.append(reach)


def register_names(names: Names) -> None:
    """Let `names(connection, bounds)` say what senders call the sites of a bound and those below.

    Its connection sees all tenants.
    """
    _names.append(names)


def scope_of(clients: Iterable[str], sites: Iterable[str]) -> Scope:
    """Return what the codes stand for, down the tree; codes that nobody knows cover nothing."""
    found = NOTHING
    for lookup in _lookups:
        found = found | lookup(frozenset(clients), frozenset(sites))
    return replace(found, site_ids=with_below(found.site_ids))


def with_below(site_ids: frozenset[UUID]) -> frozenset[UUID]:
    """Return the sites and all that lie below them in the tree as it stands now."""
    return site_ids.union(*trees(site_ids).values())


def trees(site_ids: frozenset[UUID]) -> Trees:
    """Return the tree of each site as it stands now. One query, and none for no site."""
    found = [reach(site_ids) for reach in _reaches] if site_ids else []
    return {pk: frozenset({pk}).union(*(one[pk] for one in found)) for pk in site_ids}


def names_within(
    connection: psycopg.Connection[Any], bounds: Collection[Bound]
) -> dict[Bound, frozenset[str]]:
    """Return what senders may call the sites of each bound and those below them."""
    found = [names(connection, bounds) for names in _names]
    return {bound: frozenset().union(*(one[bound] for one in found)) for bound in bounds}
