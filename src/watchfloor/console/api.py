"""The saved views of a person over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from watchfloor.console import saved
from watchfloor.console.models import LONGEST_NAME, LONGEST_QUERY, SavedView
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import Denied
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["views"])


class ViewIn(Schema):
    page: str = Field(description="incidents or alerts")
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    query: str = Field("", max_length=LONGEST_QUERY, description="filters as in the address")
    is_shared: bool = False


class ViewOut(Schema):
    id: UUID
    page: str
    name: str
    query: str
    is_shared: bool


@router.get("/views", auth=needs(VIEW), response=Page[ViewOut])
def list_views(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    """List the views of who asks, and those that are shared."""
    return page(request, paging, saved.seen_by(_person(request)), order=("id",), render=_same)


@router.get("/views/{view_id}", auth=needs(VIEW), response=ViewOut)
def show_view(request: HttpRequest, view_id: UUID) -> SavedView:
    """Show a view of one's own, or a shared one."""
    return saved.one(_person(request), view_id)


@router.post("/views", auth=needs(VIEW), response={201: ViewOut})
def save_view(request: HttpRequest, body: ViewIn) -> Status[SavedView]:
    """Save a view of a list; one's own view of the same name is changed."""
    user = _person(request)
    if user is None:
        raise Denied("Views are kept for people, not for keys.")
    given = body.dict() | {"name": body.name.strip()}
    return Status(201, saved.save(viewer_of(request), user, now=timezone.now(), **given))


@router.delete("/views/{view_id}", auth=needs(VIEW), response={204: None})
def remove_view(request: HttpRequest, view_id: UUID) -> Status[None]:
    saved.remove(viewer_of(request), _person(request), view_id, now=timezone.now())
    return Status(204, None)


def _person(request: HttpRequest) -> User | None:
    """Return who asks, None for a key."""
    return request.user if isinstance(request.user, User) else None


def _same(view: SavedView) -> SavedView:
    return view
