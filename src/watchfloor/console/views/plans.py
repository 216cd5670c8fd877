"""Floor plans: their list, and the page of one with the devices on it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import plans as drawn
from watchfloor.console import reading
from watchfloor.console.places import Wanted, page_of
from watchfloor.console.views.door import PageRequest, page
from watchfloor.domain.plans import selectors
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW

UNPLACED = 200


@require_safe
@page(VIEW)
def plans(request: PageRequest) -> HttpResponse:
    viewer, wanted = request.viewer, Wanted.read(request.GET)
    found = selectors.plans_for(viewer.scope)
    if wanted.site:
        found = found.filter(site_id=wanted.site)
    if wanted.q:
        found = selectors.matching(found, wanted.q)
    listed, after = page_of(request, wanted, found, ("site_id", "-level", "id"))
    may_add = viewer.may(CONFIGURE)
    context = {
        "wanted": wanted,
        "rows": drawn.standings(viewer.scope, listed),
        "next": after,
        "may_add": may_add,
        "sites": reading.sites(viewer.acting(CONFIGURE)) if may_add else [],
    }
    return render(request, "console/plans/list.html", context)


@require_safe
@page(VIEW)
def plan(request: PageRequest, plan_id: UUID) -> HttpResponse:
    viewer = request.viewer
    found = selectors.one(viewer.scope, plan_id)
    devices, site = selectors.devices_of(viewer.scope, found), found.site
    may_place = viewer.may(CONFIGURE) and viewer.acting(CONFIGURE).scope.covers(
        site.client_id, site.pk
    )
    context = {
        "plan": found,
        "site_ids": " ".join(map(str, devices.site_ids)),
        "others": selectors.plans_for(viewer.scope).filter(site=site),
        "marks": drawn.marks(viewer.scope, devices.placed, timezone.now()),
        "asked": request.GET.get("device", ""),
        "may_place": may_place,
        "unplaced": list(devices.unplaced[:UNPLACED]),
        "most": UNPLACED,
    }
    return render(request, "console/plans/plan.html", context)


@require_safe
@page(VIEW)
def incident_plans(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """Answer with where on plans the devices of an incident are, for a part of its page."""
    scope = request.viewer.scope
    found = incidents.one(scope, incident_id)
    context = {"places": drawn.of_alerts(scope, found.cluster_id)}
    return render(request, "console/incidents/on_plans.html", context)
