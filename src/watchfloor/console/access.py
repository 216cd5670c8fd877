"""People who sign in, as their pages tell of them: roles with their places, sessions by browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from watchfloor.domain.org.models import Client, Site
from watchfloor.platform.accounts import browsers
from watchfloor.platform.accounts.capabilities import MEANINGS, ROLES
from watchfloor.platform.accounts.models import RoleGrant, Session, User
from watchfloor.platform.accounts.sessions import row_key, sessions_of
from watchfloor.platform.tenancy.context import require_tenant_id

EVERYWHERE = "everything"
GONE = "a place that is no more"


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds, and where."""

    id: UUID
    role: str
    place: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser in which somebody is signed in."""

    row: Session
    browser: str
    is_this: bool


def users(q: str) -> QuerySet[User]:
    """Return the people of the tenant whose name or address has `q` in it."""
    people = User.objects.filter(tenant_id=require_tenant_id())
    found = people.select_related("second_factor").prefetch_related("role_grants")
    return found.filter(Q(email__icontains=q) | Q(name__icontains=q)) if q else found


def roles_of(people: Iterable[User]) -> Sequence[tuple[User, list[Held]]]:
    """Return each with the roles they hold. Two queries, however many they are."""
    found = [(one, list(one.role_grants.all())) for one in people]
    grants = [grant for _, held in found for grant in held]
    clients = _by_id(Client, {grant.client_id for grant in grants})
    sites = _by_id(Site, {grant.site_id for grant in grants})
    return [(one, [_held(grant, clients, sites) for grant in held]) for one, held in found]


def sessions(user: User, *, cookie: str, now: datetime) -> list[SignedIn]:
    """Return where `user` is signed in; `cookie` is that of who looks."""
    this = row_key(cookie)
    rows = sessions_of(user.pk, now)
    return [SignedIn(row, browsers.told(row.user_agent), row.pk == this) for row in rows]


def meanings() -> list[tuple[str, list[str]]]:
    """Return each role with what it may do."""
    return [(role, [MEANINGS[name] for name in MEANINGS if name in may])
            for role, may in ROLES.items()]  # fmt: skip


def _by_id(model: type[Client | Site], ids: set[UUID | None]) -> Mapping[UUID, Model]:
    return model.objects.in_bulk([pk for pk in ids if pk is not None])


def _held(grant: RoleGrant, clients: Mapping[UUID, Model], sites: Mapping[UUID, Model]) -> Held:
    if grant.site_id is not None:
        place = str(sites.get(grant.site_id, GONE))
    elif grant.client_id is not None:
        place = str(clients.get(grant.client_id, GONE))
    else:
        place = EVERYWHERE
    return Held(grant.pk, grant.role, place)
