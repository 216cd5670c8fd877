"""Screens on a wall: the page that manages them, and what a token opens without signing in.

A wall asks for its board again and again instead of listening to the live channel: frames carry
rows as people see them, with titles, notes and names. So a token opens its two addresses, and no
socket would have to be trusted with telling one kind of listener from another.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor import __version__
from watchfloor.console import reading, words
from watchfloor.console.places import Wanted, page_of
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.walls import selectors, services
from watchfloor.noc.walls.board import board
from watchfloor.noc.walls.selectors import Opened
from watchfloor.noc.watching.calendar import zone_at
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.rates import RateLimiter
from watchfloor.platform.errors import NotFound
from watchfloor.platform.requests import client_ip
from watchfloor.platform.tenancy.context import tenant_scope

# From one address: thirty screens behind one router ask as often as they do, and guesses count.
ASKED_PER_MINUTE = 600
limiter = RateLimiter("wall", ASKED_PER_MINUTE)


@require_safe
@page(CONFIGURE)
def walls(request: PageRequest) -> HttpResponse:
    wanted, viewer = Wanted.read(request.GET), request.viewer
    found, after = page_of(request, wanted, selectors.walls(viewer), ("-made_at", "-id"))
    context = {
        "rows": found,
        "wanted": wanted,
        "next": after,
        "now": timezone.now(),
        "clients": reading.clients(viewer),
        "sites": reading.sites(viewer),
        "usual_days": services.USUAL_DAYS,
        "most_days": services.MOST_DAYS,
    }
    return render(request, "console/access/walls.html", context)


@require_safe
def wall(request: HttpRequest, token: str) -> HttpResponse:
    opened = _opened(request, token)
    with tenant_scope(opened.tenant_id):
        one = selectors.whole(opened.wall_id)
        context = {
            "place": one.place if one.site_id or one.client_id else one.tenant.name,
            "zone": zone_at(one.site, one.client_id).key,
            "theme": "light" if request.GET.get("theme") == "light" else "dark",
            "severities": words.SEVERITIES.items(),
            "board": _told(opened),
            "words": {level: word._asdict() for level, word in words.SEVERITIES.items()},
        }
        return _private(render(request, "console/wall.html", context))


@require_safe
def wall_json(request: HttpRequest, token: str) -> HttpResponse:
    opened = _opened(request, token)
    with tenant_scope(opened.tenant_id):
        return _private(JsonResponse(_told(opened)))


def _opened(request: HttpRequest, token: str) -> Opened:
    """Raises: NotFound alike for a wall that never was and one that is over; TooMany."""
    limiter.count(client_ip(request))
    opened = selectors.opened_by(token, timezone.now())
    if opened is None:
        raise NotFound(
            "There is no such wall, or its time is over. Whoever made it makes a new one."
        )
    return opened


def _told(opened: Opened) -> dict[str, object]:
    """Return the board; a screen that was drawn by another version of the floor loads anew."""
    now = timezone.now()
    services.mark_used(opened.wall_id, now)
    return {**board(opened.scope, now), "version": __version__}


def _private(response: HttpResponse) -> HttpResponse:
    """Let the address, which is the secret, be passed on to nobody."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
