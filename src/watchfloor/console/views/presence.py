"""Who is on post now: all shifts that go on, and the people of one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import reading
from watchfloor.console.places import page_of
from watchfloor.console.presence import Wanted, posts_of, standing
from watchfloor.console.views.door import PageRequest, page
from watchfloor.domain.shifts.models import Shift
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, VIEW
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.sensing.presence import selectors


@require_safe
@page(VIEW)
def presences(request: PageRequest) -> HttpResponse:
    now, wanted = timezone.now(), Wanted.read(request.GET)
    found = selectors.going_on(request.viewer.scope, now, site=wanted.site)
    lacking = selectors.short(found)
    listed = lacking if wanted.is_short else found
    shifts, after = page_of(request, wanted, listed, selectors.ORDER)
    posts = posts_of(shifts)
    context = {
        "wanted": wanted,
        "filters": wanted.filters,
        "rows": [(selectors.manned(one, now), posts.get(one.post, one.post)) for one in shifts],
        "lacking": lacking.count(),
        "sites": reading.sites(request.viewer),
        "next": after,
    }
    return render(request, "console/presence/list.html", context)


@require_safe
@page(VIEW)
def presence(request: PageRequest, shift_id: UUID) -> HttpResponse:
    now, viewer = timezone.now(), request.viewer
    shift = selectors.one(viewer.scope, shift_id, now)
    manned = selectors.manned(shift, now)
    context = {
        "manned": manned,
        "post": posts_of([shift]).get(shift.post, shift.post),
        "people": list(standing(manned, viewer.names_within)),
        "may_tell": _may_tell(viewer, shift),
    }
    return render(request, "console/presence/one.html", context)


def _may_tell(viewer: Viewer, shift: Shift) -> bool:
    """Return whether they may say for people of the shift that they came or went."""
    place = (shift.site.client_id if shift.site else None, shift.site_id)
    return viewer.may(ACK_ALERTS) and viewer.acting(ACK_ALERTS).scope.covers(*place)
