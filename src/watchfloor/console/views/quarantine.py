"""Reports that could not be worked, and another try for them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console.quarantine import shown
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.intake.selectors import quarantined
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.errors import Denied

LISTED = 100


@require_safe
@page(CONFIGURE)
def quarantine(request: PageRequest) -> HttpResponse:
    if not request.viewer.scope.all_clients:
        raise Denied("Reports in quarantine have no client yet: this page is for all clients.")
    found = quarantined().order_by("-event_id")[: LISTED + 1]
    rows = [shown(record) for record in found]
    context = {"rows": rows[:LISTED], "limit": LISTED, "has_more": len(rows) > LISTED}
    return render(request, "console/quarantine.html", context)
