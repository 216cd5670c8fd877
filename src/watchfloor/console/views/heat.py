"""The heat map: how much began at each site in each hour, as a page and a file."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import heat as heating
from watchfloor.console.heat import Asked
from watchfloor.console.views.door import PageRequest, page
from watchfloor.console.views.exports import as_file
from watchfloor.platform.accounts.capabilities import EXPORT, VIEW


@require_safe
@page(VIEW)
def heat(request: PageRequest) -> HttpResponse:
    asked = _asked(request)
    found = asked.heat(request.viewer.scope)
    context = {
        "asked": asked,
        "heat": found,
        "lines": list(heating.lines(found, asked)),
        "legend": heating.legend(found.most),
        "kinds": heating.KINDS.items(),
        "spans": heating.SPANS.items(),
        "clocks": heating.CLOCKS.items(),
    }
    return render(request, "console/heat.html", context)


@require_safe
@page(EXPORT)
def heat_csv(request: PageRequest) -> StreamingHttpResponse:
    asked = _asked(request)
    rows = asked.heat(request.viewer.scope).rows
    columns = ("site", "name", *(f"{hour:02}" for hour in asked.hours), "total")
    cells = (
        (row.site.code, row.site.name, *(row.hours.get(hour, 0) for hour in asked.hours), row.total)
        for row in rows
    )
    return as_file(request, f"heat-{asked.kind}", "heat", columns, cells)


def _asked(request: PageRequest) -> Asked:
    return Asked.read(request.GET, now=timezone.now(), zone=request.console.zone)
