"""The one way into a page: signed in, allowed, narrowed to where one may see, in one's own time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from watchfloor.console.context import Console, console_for
from watchfloor.console.ranges import Reader
from watchfloor.noc.handover.selectors import shift_began
from watchfloor.platform.accounts.capabilities import MEANINGS, TO_ENROL
from watchfloor.platform.accounts.middleware import viewer_in
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.accounts.sessions import BOUND
from watchfloor.platform.errors import Denied

P = ParamSpec("P")


class PageRequest(HttpRequest):
    """A request that came through the door."""

    viewer: Viewer
    console: Console


View = Callable[Concatenate[PageRequest, P], HttpResponseBase]
OuterView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(capability: str) -> Callable[[View[P]], OuterView[P]]:
    """Let in who is signed in and holds `capability`. Keys are for the API, not for pages."""

    def guard(view: View[P]) -> OuterView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            viewer = viewer_in(request)
            if viewer is None or not isinstance(request.user, User):
                return _nobody(request)
            if request.session.get(BOUND) == TO_ENROL:
                return redirect("account")
            if not viewer.may(capability):
                may = MEANINGS[capability]
                raise Denied(f"This page is for those who may {may}.", capability=capability)
            entered = _enter(request, viewer, capability)
            with timezone.override(ZoneInfo(entered.console.zone)):
                response = view(entered, *args, **kwargs)
            response.setdefault("Cache-Control", "private, no-store")
            return response

        return guarded

    return guard


def reader_of(request: PageRequest) -> Reader:
    """Return by whose clock times in the address are read."""
    now, user = timezone.now(), request.console.user
    zone = ZoneInfo(request.console.zone)
    return Reader(now, zone, lambda: shift_began(user.pk, now))


def _nobody(request: HttpRequest) -> HttpResponse:
    if request.path.endswith(".json"):
        problem = {"code": "unauthenticated", "message": "Sign in."}
        return JsonResponse(problem, status=401)
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def _enter(request: HttpRequest, viewer: Viewer, capability: str) -> PageRequest:
    entered = cast("PageRequest", request)
    entered.viewer = viewer.acting(capability)
    entered.console = console_for(request, entered.viewer, cast("User", request.user))
    return entered
