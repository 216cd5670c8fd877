"""What of a change one socket gets: nothing, all of it, or what is left for who sees a part.

A change is at one place (`client_id`, `site_id`) or at several (`places`, pairs of both). Who sees
one of them gets the row; who does not see all gets it with `partly` over it, and of its `site_ids`
the own ones. Where else it is, is told to nobody.
"""

from __future__ import annotations

from functools import lru_cache

from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.live.hub import Change

_NOT_TOLD = frozenset({"places", "partly"})


def as_seen(change: Change, scope: Scope) -> Change | None:
    """Return the change as a viewer of `scope` may get it, or None."""
    places = change.get("places") or [(change.get("client_id"), change.get("site_id"))]
    if scope.all_clients:
        return _told(change)
    clients, sites = _texts(scope)
    seen = [site for client, site in places if client in clients or site in sites]
    if not seen:
        return None
    return _told(change) if len(seen) == len(places) else _partly(change, frozenset(seen))


@lru_cache(maxsize=1024)
def _texts(scope: Scope) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids as changes carry them: reading each id of each change would cost more."""
    return frozenset(map(str, scope.client_ids)), frozenset(map(str, scope.site_ids))


def _told(change: Change) -> Change:
    if _NOT_TOLD.isdisjoint(change):
        return change
    return {name: value for name, value in change.items() if name not in _NOT_TOLD}


def _partly(change: Change, sites: frozenset[str]) -> Change:
    told = _told(change)
    if (row := told["row"]) is None:
        return told
    own = [site for site in row.get("site_ids", ()) if site in sites]
    return told | {"row": row | {"site_ids": own} | change.get("partly", {})}
