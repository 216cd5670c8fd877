"""Codes of clients and sites to a scope. The organisation lies above and registers here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from watchfloor.platform.accounts.scope import NOTHING, Scope

Lookup = Callable[[frozenset[str], frozenset[str]], Scope]
_lookups: list[Lookup] = []


def register(lookup: Lookup) -> None:
    """Let `lookup(client codes, site codes)` answer, within the tenant in scope."""
    _lookups.append(lookup)


def scope_of(clients: Iterable[str], sites: Iterable[str]) -> Scope:
    """Return what the codes stand for; codes that nobody knows cover nothing."""
    found = NOTHING
    for lookup in _lookups:
        found = found | lookup(frozenset(clients), frozenset(sites))
    return found
