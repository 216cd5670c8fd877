"""The live list of incidents."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import kpis, listing, reading, saved, words
from watchfloor.console.filters import INCIDENT_STATES, Filter
from watchfloor.console.views.door import PageRequest, page
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW


@require_safe
@page(VIEW)
def incidents(request: PageRequest) -> HttpResponse:
    wanted = Filter.read(request.GET, INCIDENT_STATES, now=timezone.now())
    found = listing.incidents(request.viewer, wanted)
    context = {
        "noun": "incidents",
        "views": saved.views(request.viewer, request.console.user, "incidents", request.GET),
        "may_share": request.viewer.may(CONFIGURE),
        "filter": wanted,
        "states": INCIDENT_STATES.items(),
        "severities": words.SEVERITIES.items(),
        "sites": reading.sites(request.viewer),
        "dispositions": words.DISPOSITIONS.items(),
        "people": reading.people(),
        "rows": found.rows,
        "blank": {"id": "", "state": "", "severity": 0},
        "limit": listing.MOST,
        "last": None if found.rows else reading.last_incident(request.viewer),
        "json_address": reverse("incidents-json"),
        "rows_data": found.for_scripts() | {"limit": listing.MOST, "filter": wanted.for_scripts()},
    }
    return render(request, "console/incidents/list.html", context)


@require_safe
@page(VIEW)
def incidents_json(request: PageRequest) -> HttpResponse:
    """Answer with a slice of the list: the page goes on from its first rows, or begins anew."""
    wanted = Filter.read(request.GET, INCIDENT_STATES, now=timezone.now())
    after = request.GET.get("after", "")
    found = listing.incidents(request.viewer, wanted, after=after, limit=listing.SLICE)
    return JsonResponse(found.for_scripts() | {"seq": request.console.data["seq"]})


@require_safe
@page(VIEW)
def alarms_json(request: PageRequest) -> HttpResponse:
    """Answer with what sounds and who looks at what, for a page that missed too much."""
    return JsonResponse(request.console.data)


@require_safe
@page(VIEW)
def figures(request: PageRequest) -> HttpResponse:
    """Answer with the figures alone: the list does not wait for them to be counted."""
    context = {"cells": kpis.cells(request.viewer, timezone.now())}
    return render(request, "console/parts/kpis.html", context)
