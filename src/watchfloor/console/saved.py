"""Saving a view of a list, and listing those that somebody may open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from watchfloor.console.models import SavedView
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.audit import services as audit
from watchfloor.platform.errors import Denied, Invalid, NotFound

PAGES = ("incidents", "alerts")
MOST = 30
KEPT = ("state", "severity", "site", "who", "disposition", "reason", "q")
"""Filters that a view keeps; a moment in time would be old the next day."""
BUILT_IN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "incidents": (
        ("All open", ""),
        ("Mine", "who=me"),
        ("Unassigned", "who=nobody"),
        ("Critical", "severity=5"),
    ),
    "alerts": (("Firing", ""), ("Kept quiet", "state=quiet"), ("All", "state=all")),
}


@dataclass(frozen=True, slots=True)
class View:
    name: str
    address: str
    is_current: bool
    id: UUID | None = None
    is_removable: bool = False


def views(viewer: Viewer, user: User, page: str, query: QueryDict) -> list[View]:
    """Return the views of a list, the built-in ones first, with the one at hand marked."""
    here, address = canonical(query), reverse(page)
    built_in = [View(name, _url(address, q), here == q) for name, q in BUILT_IN[page]]
    shown = seen_by(user).filter(page=page).order_by("name", "id")[:MOST]
    return built_in + [
        View(
            one.name,
            _url(address, one.query),
            here == one.query,
            one.pk,
            one.owner_id == user.pk or viewer.may(CONFIGURE),
        )
        for one in shown
    ]


def canonical(query: QueryDict) -> str:
    """Return the filters that a view keeps, in one order, so that equal views are equal texts."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        kept.setlist(name, sorted(filter(None, query.getlist(name))))
    return kept.urlencode()


@transaction.atomic
def save(
    viewer: Viewer, user: User, *, page: str, name: str, query: str, is_shared: bool, now: datetime
) -> SavedView:
    """Save a view, or change the one of this name. Raises: Invalid, Denied."""
    if page not in PAGES:
        raise Invalid("There is no such list.", fields={"page": f"one of {', '.join(PAGES)}"})
    if is_shared and not viewer.may(CONFIGURE):
        raise Denied("Sharing a view is for those who may configure.", capability=CONFIGURE)
    kept = canonical(QueryDict(query))
    own = SavedView.objects.select_for_update().filter(owner=user, page=page)
    if own.exclude(name=name).count() >= MOST:
        raise Invalid(f"You have {MOST} views of this list.", fields={"name": "remove one first"})
    view, _ = own.update_or_create(
        owner=user,
        page=page,
        name=name,
        defaults={"query": kept, "is_shared": is_shared},
        create_defaults={"query": kept, "is_shared": is_shared, "created_at": now},
    )
    after = {"name": name, "page": page, "query": kept, "is_shared": is_shared}
    audit.record(viewer.actor, "view.saved", "saved_view", view.pk, at=now, after=after)
    return view


@transaction.atomic
def remove(viewer: Viewer, user: User | None, view_id: UUID, *, now: datetime) -> None:
    """Remove one's own view, or a shared one by who may configure. Raises: NotFound, Denied."""
    view = one(user, view_id)
    if (user is None or view.owner_id != user.pk) and not viewer.may(CONFIGURE):
        raise Denied("This view is somebody else's.", capability=CONFIGURE)
    before = {"name": view.name, "page": view.page, "query": view.query}
    audit.record(viewer.actor, "view.removed", "saved_view", view.pk, at=now, before=before)
    view.delete()


def seen_by(user: User | None) -> QuerySet[SavedView]:
    """Return the views of a person and those that are shared; for a key only these."""
    shared = Q(is_shared=True)
    return SavedView.objects.filter(shared | Q(owner=user) if user else shared)


def one(user: User | None, view_id: UUID) -> SavedView:
    """Return the view. Raises: NotFound, for what is somebody else's too."""
    view = seen_by(user).filter(pk=view_id).first()
    if view is None:
        raise NotFound("There is no such view.")
    return view


def _url(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address
