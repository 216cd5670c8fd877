"""Making and revoking walls. A token is shown once; its hash alone is kept."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from watchfloor.domain.org import choosing
from watchfloor.noc.alerts import checks
from watchfloor.noc.walls import selectors
from watchfloor.noc.walls.models import LONGEST_NAME, Wall
from watchfloor.platform.accounts.keys import hashed
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.audit import services as audit
from watchfloor.platform.errors import Denied, Invalid

USUAL_DAYS, MOST_DAYS = 7, 90
MARKED_EVERY = timedelta(minutes=1)
"""A screen asks every few seconds; writing each down would cost a write for each."""


@transaction.atomic
def make(
    name: str,
    *,
    client_id: UUID | None = None,
    site_id: UUID | None = None,
    days: int = USUAL_DAYS,
    viewer: Viewer,
    now: datetime,
) -> tuple[Wall, str]:
    """Return the new wall and its token. It shows no more than its maker may configure.

    Raises: Denied to programs, Invalid, NotFound for a place beyond the viewer's.
    """
    maker = checks.user_id_of(viewer.actor)
    if maker is None:
        raise Denied("A wall ends with the account of a person: sign in to make one.")
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("A wall has a name.", fields={"name": f"1 to {LONGEST_NAME} characters"})
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("This is no time for a wall.", fields={"days": f"1 to {MOST_DAYS}"})
    client, site = choosing.place(client_id, site_id, viewer.scope)
    token = secrets.token_urlsafe(32)
    wall = Wall.objects.create(
        name=name,
        client=client,
        site=site,
        secret_hash=hashed(token),
        made_by_id=maker,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record(viewer.actor, "wall.made", "wall", wall.pk, at=now, after=_described(wall))
    return wall, token


@transaction.atomic
def revoke(wall_id: UUID, *, viewer: Viewer, now: datetime) -> Wall:
    """End the wall: its screen is told so when it next asks. Repeating it changes nothing."""
    wall = selectors.wall(viewer, wall_id)
    if Wall.objects.filter(pk=wall.pk, revoked_at=None).update(revoked_at=now):
        wall.revoked_at = now
        audit.record(viewer.actor, "wall.revoked", "wall", wall.pk, at=now, before=_described(wall))
    return wall


def mark_used(wall_id: UUID, now: datetime) -> None:
    """Note that a screen asked, once a minute."""
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - MARKED_EVERY)
    Wall.objects.filter(long_ago, pk=wall_id).update(last_used_at=now)


def _described(wall: Wall) -> dict[str, object]:
    return {"name": wall.name, "place": wall.place, "expires_at": wall.expires_at.isoformat()}
