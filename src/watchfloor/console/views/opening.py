"""The form that opens an incident by hand. It sends itself through the API."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import reading, words
from watchfloor.console.views.door import PageRequest, page
from watchfloor.platform.accounts.capabilities import ASSIGN_INCIDENTS


@require_safe
@page(ASSIGN_INCIDENTS)
def new_incident(request: PageRequest) -> HttpResponse:
    context = {
        "severities": words.SEVERITIES.items(),
        "sites": reading.sites(request.viewer),
    }
    return render(request, "console/incidents/new.html", context)
