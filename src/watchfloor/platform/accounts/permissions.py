"""The one door of API operations: `auth=needs("noc:view")`."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from watchfloor.platform.accounts.capabilities import ALL
from watchfloor.platform.accounts.middleware import is_by_key, viewer_in
from watchfloor.platform.accounts.rates import RateLimiter
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.accounts.sessions import row_key
from watchfloor.platform.errors import Denied

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CALLS_PER_MINUTE = 1000
limiter = RateLimiter("api", CALLS_PER_MINUTE)


class Needs(AuthBase):
    """Lets through who holds the capability, and narrows `request.viewer` to where they hold it.

    Nobody: 401. Without the capability: 403. A session's unsafe call without CSRF token: 403.
    More than 1,000 calls in a minute by one key or session: 429.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, capability: str | None) -> None:
        if capability is not None and capability not in ALL:
            raise ValueError(f"{capability} is not a capability")
        self.capability = capability
        super().__init__()

    def __call__(self, request: HttpRequest) -> Viewer | None:
        viewer = viewer_in(request)
        if viewer is None:
            return None
        limiter.count(_caller(request, viewer))
        # A browser sends the session by itself; keys and the command line are not ridden upon.
        by_browser = viewer.actor.kind not in {"key", "operator"}
        if request.method not in SAFE_METHODS and by_browser and check_csrf(request):
            raise Denied("The CSRF token is missing or wrong: reload the page.")
        if self.capability is None:
            return viewer
        if not viewer.may(self.capability):
            raise Denied(f"This needs {self.capability}.", capability=self.capability)
        acting = viewer.acting(self.capability)
        request.viewer = acting  # type: ignore[attr-defined]
        return acting


def needs(capability: str | None) -> Needs:
    """Return the `auth=` of an operation. `None`: whoever is signed in, for what is their own."""
    return Needs(capability)


def _caller(request: HttpRequest, viewer: Viewer) -> str:
    """Return the key or session; a session by its row, as the table is to sign nobody in."""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return str(viewer.actor) if is_by_key(request) else row_key(session)
