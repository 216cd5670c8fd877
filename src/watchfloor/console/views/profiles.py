"""What sites usually count: the list of profiles, and the week of one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import profiles as drawn
from watchfloor.console import reading
from watchfloor.console.places import page_of
from watchfloor.console.profiles import METRIC_NAMES, Wanted
from watchfloor.console.views.door import PageRequest, page
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.sensing.baselines import selectors, tuning

LISTED = 30


@require_safe
@page(VIEW)
def profiles(request: PageRequest) -> HttpResponse:
    wanted = Wanted.read(request.GET)
    found = wanted.found(request.viewer.scope).defer("history")
    rows, after = page_of(request, wanted, found, selectors.ORDER)
    context = {
        "wanted": wanted,
        "filters": wanted.filters,
        "rows": [(row, METRIC_NAMES.get(row.metric, row.metric)) for row in rows],
        "next": after,
        "metrics": METRIC_NAMES,
        "sites": reading.sites(request.viewer),
    }
    return render(request, "console/profiles/list.html", context)


@require_safe
@page(VIEW)
def profile(request: PageRequest, profile_id: UUID) -> HttpResponse:
    viewer = request.viewer
    row = selectors.profile(viewer.scope, profile_id)
    may_set = viewer.may(CONFIGURE) and viewer.acting(CONFIGURE).scope.covers(
        row.site.client_id, row.site_id
    )
    departures = row.departures.select_related("finding").order_by("-began_at")[:LISTED]
    context = {
        "profile": row,
        "metric": METRIC_NAMES.get(row.metric, row.metric),
        "days": drawn.grid(selectors.week(row)),
        "hours": range(24),
        "departures": [(one, drawn.seldom(one.a_week)) for one in departures],
        "changes": row.changes.order_by("-at", "-id")[:LISTED],
        "may_set": may_set,
        "offers": tuning.offers(row, timezone.now()) if may_set else (),
    }
    return render(request, "console/profiles/one.html", context)
