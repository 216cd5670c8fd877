"""What the tools sent, as it came: the raw sight, beside plain de-duplication and ours."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import as_sent
from watchfloor.console.ranges import TimeRange
from watchfloor.console.views.door import PageRequest, page, reader_of
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.platform.paging import cut

LISTED = 100


@require_safe
@page(VIEW)
def reports(request: PageRequest) -> HttpResponse:
    scope, when = request.viewer.scope, TimeRange.read(request.GET, reader_of(request))
    came = alerts.reports(scope).filter(when.rule("received_at"))
    found = cut(came, order=as_sent.ORDER, limit=LISTED, after=request.GET.get("after", ""))
    rows = as_sent.told(found.rows, scope)
    context = {"rows": rows, "after": found.after, "when": when}
    return render(request, "console/reports.html", context)
