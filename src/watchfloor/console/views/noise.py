"""What is kept quiet now, with its reason, and where false alarms keep coming from."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import reading
from watchfloor.console.acts import RELEASE, is_releasable
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.alerts import false_sources
from watchfloor.platform.accounts.capabilities import VIEW

SOURCES = 50


@require_safe
@page(VIEW)
def noise(request: PageRequest) -> HttpResponse:
    kept = reading.kept_quiet(request.viewer)
    may_release = RELEASE.name in request.console.acts
    for row in kept:
        row["may_be_released"] = may_release and is_releasable(row["suppressed_by"])
    scope = request.viewer.scope
    context = {
        "kept": kept,
        "limit": reading.LISTED,
        "sources": false_sources.worst(scope, now=timezone.now(), limit=SOURCES),
        "days": false_sources.DAYS,
    }
    return render(request, "console/noise.html", context)
