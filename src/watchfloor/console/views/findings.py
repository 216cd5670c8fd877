"""What inspections found: the list, and one with its evidence and the steps of its runbook."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import filings
from watchfloor.console.findings import CATEGORIES, STATUSES, Wanted, acts_on, evidence_of
from watchfloor.console.places import LISTED
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.findings import selectors
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, VIEW
from watchfloor.platform.paging import PageQuery
from watchfloor.platform.paging import page as paged


@require_safe
@page(VIEW)
def findings(request: PageRequest) -> HttpResponse:
    wanted = Wanted.read(request.GET)
    found = wanted.found(request.viewer.scope)
    paging = PageQuery(limit=LISTED, after=wanted.after)
    part = paged(request, paging, found, order=selectors.ORDER, render=lambda row: row)
    context = {
        "wanted": wanted,
        "filters": wanted.filters,
        "rows": part["items"],
        "next": part["next"],
        "statuses": STATUSES,
        "categories": CATEGORIES,
    }
    return render(request, "console/findings/list.html", context)


@require_safe
@page(VIEW)
def finding(request: PageRequest, finding_id: UUID) -> HttpResponse:
    row = selectors.one(request.viewer.scope, finding_id)
    may_act = request.viewer.may(ACK_ALERTS)
    runbook = selectors.runbook_of(row)
    context = {
        "finding": row,
        "evidence": list(evidence_of(row, request.viewer.names_within)),
        "runbook": runbook,
        "role": runbook.role.replace("_", " "),
        "acts": acts_on(row) if may_act else (),
        "report": filings.of_finding(row, request.viewer),
    }
    return render(request, "console/findings/finding.html", context)
