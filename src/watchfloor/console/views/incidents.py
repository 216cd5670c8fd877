"""The live list of incidents."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import kpis, listing, reading, words
from watchfloor.console.filters import INCIDENT_STATES
from watchfloor.console.views.door import PageRequest, page
from watchfloor.console.views.lists import LiveList
from watchfloor.console.views.then import list_then
from watchfloor.platform.accounts.capabilities import VIEW

INCIDENTS = LiveList("incidents", INCIDENT_STATES, listing.incidents)


@require_safe
@page(VIEW)
def incidents(request: PageRequest) -> HttpResponse:
    if "at" in request.GET:
        return list_then(request)
    context = INCIDENTS.context(request) | {
        "dispositions": words.DISPOSITIONS.items(),
        "people": reading.people(),
    }
    last = None if context["rows"] else reading.last_incident(request.viewer)
    return render(request, "console/incidents/list.html", context | {"last": last})


@require_safe
@page(VIEW)
def incidents_json(request: PageRequest) -> HttpResponse:
    return INCIDENTS.slice(request)


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
