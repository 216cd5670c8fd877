"""Names and trees of clients and sites to a scope. Who knows them lies above and registers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID

import psycopg
from django.db.models import Func

from watchfloor.platform.accounts.scope import NOTHING, Scope

Lookup = Callable[[frozenset[str], frozenset[str]], Scope]
Reach = Callable[[frozenset[UUID]], frozenset[UUID]]
Bound: TypeAlias = tuple[int, frozenset[str]]
"""A tenant, and the codes or names of sites that a key of it is bound to."""
Names = Callable[[psycopg.Connection[Any], Collection[Bound]], Mapping[Bound, frozenset[str]]]
_lookups: list[Lookup] = []
_reaches: list[Reach] = []
_trees: list[Func] = []
_names: list[Names] = []


def register(lookup: Lookup, reach: Reach, tree: Func) -> None:
    """Let these answer.

    Within the tenant in scope `lookup(client codes, site codes)` finds what codes stand for, and
    `reach(site ids)` returns these sites and all below them. `tree` is the column of the same for
    the site and tenant of a row.
    """
    _lookups.append(lookup)
    _reaches.append(reach)
    _trees.append(tree)


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
    if not site_ids:
        return site_ids
    return site_ids.union(*(reach(site_ids) for reach in _reaches))


def tree() -> Func:
    """Return the column of the ids of a row's site and all below it, as the tree stands now."""
    [column] = _trees
    return column


def names_within(
    connection: psycopg.Connection[Any], bounds: Collection[Bound]
) -> dict[Bound, frozenset[str]]:
    """Return what senders may call the sites of each bound and those below them."""
    found = [names(connection, bounds) for names in _names]
    return {bound: frozenset().union(*(one[bound] for one in found)) for bound in bounds}
