"""The audit log: who did what, when; and whether it is still what was written."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import trail
from watchfloor.console.places import LISTED
from watchfloor.console.views.door import PageRequest, page, reader_of
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import AUDIT_VIEW
from watchfloor.platform.paging import PageQuery
from watchfloor.platform.paging import page as cut


@require_safe
@page(AUDIT_VIEW)
def audit(request: PageRequest) -> HttpResponse:
    whole_tenant(request)
    asked = trail.Asked.read(request.GET, reader_of(request))
    found = cut(
        request,
        PageQuery(limit=LISTED, after=asked.after),
        asked.rows(),
        order=trail.ORDER,
        render=lambda row: row,
    )
    context = {
        "acts": trail.acts(found["items"]),
        "next": found["next"],
        "wanted": asked,
        "when": asked.when,
        "actors": trail.actors(asked.actor),
    }
    return render(request, "console/access/audit.html", context)
