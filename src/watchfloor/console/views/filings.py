"""Reports that are owed, and the form that hands one in. It sends itself through the API."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.aiops.inspection.cadences import Cadence
from watchfloor.console.filings import Asked, choices, finding_of, missing
from watchfloor.console.views.door import PageRequest, page
from watchfloor.domain.filings import selectors
from watchfloor.platform.accounts.capabilities import ACK_ALERTS
from watchfloor.platform.errors import NotFound
from watchfloor.sensing.inspection.selectors import minutes_between

LISTED = 200


@require_safe
@page(ACK_ALERTS)
def new_filing(request: PageRequest) -> HttpResponse:
    """Show the form of the report that the address names, or which reports are owed."""
    asked, now = Asked.read(request.GET), timezone.now()
    is_one = bool(asked.site and asked.report)
    return _form(request, asked, now) if is_one else _owed(request, asked, now)


def _owed(request: PageRequest, asked: Asked, now: datetime) -> HttpResponse:
    rows = missing(asked, request.viewer.scope, now)
    context = {"rows": rows[:LISTED], "more": len(rows[LISTED:])}
    return render(request, "console/filings/owed.html", context)


def _form(request: PageRequest, asked: Asked, now: datetime) -> HttpResponse:
    scope = request.viewer.scope
    required = selectors.required(scope, asked.site, asked.report)
    if required is None:
        raise NotFound("The site owes no such report.")
    finding = finding_of(required, scope)
    listed = {"site": required.site.code, "report": required.report}
    context = {
        "required": required,
        "periods": choices(required, asked, now),
        "minutes": minutes_between(required.site, Cadence.COMPREHENSIVE),
        "finding": finding,
        "then": reverse("finding", args=[finding.pk])
        if finding
        else f"{reverse('operation-list', args=['filings'])}?{urlencode(listed)}",
    }
    return render(request, "console/filings/new.html", context)
