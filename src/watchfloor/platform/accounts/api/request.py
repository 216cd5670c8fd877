"""What every operation of an API asks of its request."""

from __future__ import annotations

from django.http import HttpRequest

from watchfloor.platform.accounts.middleware import viewer_in
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.errors import Denied


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
