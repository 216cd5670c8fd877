"""The map: sites where they lie, and what is open at each. Its script draws it."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import words
from watchfloor.console.views.door import PageRequest, page
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.outline.models import Outline
from watchfloor.noc.incidents import standing
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW

MOST = 20_000
"""Sites of one map; what is open at others is counted, and said to be elsewhere."""


@require_safe
@page(VIEW)
def site_map(request: PageRequest) -> HttpResponse:
    viewer = request.viewer
    sites = inventory.sites_for(viewer.scope)
    context = {
        "counts": sites.aggregate(all=Count("pk"), placed=Count("latitude")),
        "most": MOST,
        "severities": words.SEVERITIES.items(),
        "outline": Outline.objects.defer("shapes").first(),
        "may_outline": viewer.may(CONFIGURE) and viewer.acting(CONFIGURE).scope.all_clients,
    }
    return render(request, "console/places/map.html", context)


@require_safe
@page(VIEW)
def map_sites_json(request: PageRequest) -> JsonResponse:
    """Answer with id, name and position of each site."""
    sites = inventory.sites_for(request.viewer.scope).order_by("name", "code")[:MOST]
    rows = sites.values_list("pk", "name", "code", "latitude", "longitude")
    return JsonResponse({"sites": [(pk, name or code, *at) for pk, name, code, *at in rows]})


@require_safe
@page(VIEW)
def map_open_json(request: PageRequest) -> JsonResponse:
    """Answer with what is open: site, severity, whether it is life safety, and how many."""
    return JsonResponse({"open": standing.open_anywhere(request.viewer.scope)})
