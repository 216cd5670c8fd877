"""Walls as those who manage them list them, and as a token opens them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from watchfloor.domain.org.models import Site
from watchfloor.noc.walls.models import Wall
from watchfloor.platform.accounts.backend import active_users
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.identify import viewer_of_user
from watchfloor.platform.accounts.keys import hashed
from watchfloor.platform.accounts.places import with_below
from watchfloor.platform.accounts.scope import NOTHING, Scope, Viewer
from watchfloor.platform.errors import NotFound
from watchfloor.platform.tenancy.context import tenant_scope


@dataclass(frozen=True, slots=True)
class Opened:
    """A wall that a token opens, and what of the tenant it shows."""

    wall_id: UUID
    tenant_id: int
    scope: Scope


def opened_by(token: str, now: datetime) -> Opened | None:
    """Return the wall, or None once its time, its maker's account or their grant is at an end.

    What the index compares is a hash, whose bytes nobody can choose: its time tells nothing.
    """
    live = Wall.everybody.using("system").filter(revoked_at=None, expires_at__gt=now)
    wall = live.filter(secret_hash=hashed(token)).first()
    maker = active_users().filter(pk=wall.made_by_id).first() if wall else None
    if wall is None or maker is None:
        return None
    with tenant_scope(wall.tenant_id):
        scope = _shown(wall, viewer_of_user(maker))
    return None if scope == NOTHING else Opened(wall.pk, wall.tenant_id, scope)


def walls(viewer: Viewer) -> QuerySet[Wall]:
    """Return the own walls of the viewer, and those of places that they may configure."""
    found = Wall.objects.select_related("client", "site", "made_by")
    if viewer.scope.all_clients:
        return found
    place = Q(client__in=viewer.scope.client_ids) | viewer.scope.q("site__client_id", "site_id")
    own = Q(made_by_id=viewer.actor.id) if viewer.actor.kind == "user" else Q()
    return found.filter(place | own)


def wall(viewer: Viewer, wall_id: UUID) -> Wall:
    """Return one. Raises: NotFound, for what lies beyond the viewer's places too."""
    found = walls(viewer).filter(pk=wall_id).first()
    if found is None:
        raise NotFound("There is no such wall.")
    return found


def whole(wall_id: UUID) -> Wall:
    """Return a wall that a token has opened, with its place."""
    return Wall.objects.select_related("client", "site", "tenant").get(pk=wall_id)


def _shown(wall: Wall, maker: Viewer) -> Scope:
    """Return what lies at the wall's place and within what its maker may configure by now."""
    held = maker.acting(CONFIGURE).scope if maker.may(CONFIGURE) else NOTHING
    if wall.client_id is not None:
        of_client = Scope(client_ids=frozenset({wall.client_id}))
        return of_client if held.covers(wall.client_id, None) else NOTHING
    if wall.site_id is not None:
        below = with_below(frozenset({wall.site_id}))
        own = Site.objects.filter(held.q("client_id", "pk"), pk__in=below)
        return Scope(site_ids=frozenset(own.values_list("pk", flat=True)))
    return held
