"""What every operation of an API asks of its request."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from watchfloor.platform.accounts.middleware import viewer_in
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.errors import Conflict, Denied


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who asks; operations declare `needs(...)`, so there is somebody."""
    viewer = viewer_in(request)
    if viewer is None:
        raise Denied("Sign in first.")
    return viewer


def whole_tenant(request: HttpRequest) -> Viewer:
    """Return who asks, refusing those whose grant is bound to clients or sites."""
    viewer = viewer_of(request)
    if not viewer.scope.all_clients:
        raise Denied("This is for those who manage all clients.")
    return viewer


def not_oneself(request: HttpRequest, user_id: UUID) -> Viewer:
    """Return who asks. Of a tenant's administrators one is always left: who acts on the others."""
    viewer = whole_tenant(request)
    if viewer.actor.id == str(user_id):
        raise Conflict("Another administrator has to do this to your account.")
    return viewer
