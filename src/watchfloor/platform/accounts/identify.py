"""From a session's user or a key to a `Viewer`. All reading crosses tenants: alias `system`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from watchfloor.platform.accounts import capabilities, places
from watchfloor.platform.accounts.keys import KeyInfo
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.accounts.scope import EVERYTHING, NOTHING, Scope, Viewer, combined
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import tenant_scope


def viewer_of_user(user: User, bound: str = "") -> Viewer:
    """A grant over a site reaches the sites below it, as the tree stands at this moment.

    A session that is `bound` holds less than the person.
    """
    held = RoleGrant.everybody.using("system").filter(user=user, tenant_id=user.tenant_id)
    within = capabilities.WITHIN[bound]
    grants = held.annotate(tree=places.tree())
    reach = combined((_allowed(g) & within, _scope(g, g.tree)) for g in grants)
    allowed = set(reach)
    sees = reach.get(capabilities.VIEW, NOTHING)
    if not sees.all_clients:
        allowed.discard(capabilities.VIEW_ALL_CLIENTS)
    return Viewer(Actor("user", str(user.pk)), user.tenant_id, frozenset(allowed), sees, reach)


def viewer_of_key(key: KeyInfo) -> Viewer:
    allowed = capabilities.of_key(key.scopes)
    scope = _bounds(key)
    if not scope.all_clients:
        allowed -= {capabilities.VIEW_ALL_CLIENTS}
    return Viewer(Actor("key", str(key.key_id)), key.tenant_id, allowed, scope)


def _allowed(grant: RoleGrant) -> frozenset[str]:
    return capabilities.ROLES.get(grant.role, frozenset())


def _scope(grant: RoleGrant, tree: Iterable[UUID]) -> Scope:
    if grant.client_id is None and grant.site_id is None:
        return EVERYTHING
    clients = frozenset() if grant.client_id is None else frozenset({grant.client_id})
    sites = frozenset() if grant.site_id is None else frozenset(tree)
    return Scope(client_ids=clients, site_ids=sites)


def _bounds(key: KeyInfo) -> Scope:
    """Return the scope of a key's bounds, which name clients and sites by code.

    A key bound to sources only may send for them; reading by source is not a scope, so it sees
    nothing.
    """
    if not (key.sources or key.clients or key.sites):
        return EVERYTHING
    return _known(key.tenant_id, key.clients, key.sites)


def _known(tenant_id: int, clients: Iterable[str], sites: Iterable[str]) -> Scope:
    with tenant_scope(tenant_id):
        return places.scope_of(clients, sites)
