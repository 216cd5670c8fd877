"""The first steps of a floor that has heard nothing yet, and how far it has come."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import welcome
from watchfloor.console.snippets import snippets
from watchfloor.console.views.door import PageRequest, page
from watchfloor.domain.inventory.sheets import COLUMNS
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE


@require_safe
@page(CONFIGURE)
def first_steps(request: PageRequest) -> HttpResponse:
    whole_tenant(request)
    steps = welcome.steps()
    context = {
        "steps": steps,
        "done": sum(1 for one in steps if one.found),
        "snippet": snippets(request.scheme or "http", request.get_host())[0],
        "columns": ",".join(COLUMNS),
    }
    return render(request, "console/welcome.html", context)
