"""Names and trees of clients and sites to a scope. The organisation lies above and registers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from watchfloor.platform.accounts.scope import NOTHING, Scope

Lookup = Callable[[frozenset[str], frozenset[str]], Scope]
Reach = Callable[[frozenset[UUID]], frozenset[UUID]]
_lookups: list[Lookup] = []
_reaches: list[Reach] = []


def register(lookup: Lookup, reach: Reach) -> None:
    """Let both answer, within the tenant in scope.

    `lookup(client codes, site codes)` finds what codes stand for; `reach(site ids)` returns these
    sites and all below them.
    """
    _lookups.append(lookup)
    _reaches.append(reach)


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
