"""The live list of alerts, and the page of one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import listing, reading, saved, words
from watchfloor.console.acts import acts_on_alert
from watchfloor.console.explaining import explain
from watchfloor.console.filters import ALERT_STATES, Filter
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.clustering.selectors import why_of_alert
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW


@require_safe
@page(VIEW)
def alerts(request: PageRequest) -> HttpResponse:
    wanted = Filter.read(request.GET, ALERT_STATES, now=timezone.now())
    found = listing.alerts(request.viewer, wanted)
    context = {
        "noun": "alerts",
        "views": saved.views(request.viewer, request.console.user, "alerts", request.GET),
        "may_share": request.viewer.may(CONFIGURE),
        "filter": wanted,
        "states": ALERT_STATES.items(),
        "severities": words.SEVERITIES.items(),
        "sites": reading.sites(request.viewer),
        "rows": found.rows,
        "blank": {"id": "", "state": "", "severity": 0},
        "limit": listing.MOST,
        "last": None if found.rows else reading.last_alert(request.viewer),
        "json_address": reverse("alerts-json"),
        "rows_data": found.for_scripts() | {"limit": listing.MOST, "filter": wanted.for_scripts()},
    }
    return render(request, "console/alerts/list.html", context)


@require_safe
@page(VIEW)
def alerts_json(request: PageRequest) -> HttpResponse:
    wanted = Filter.read(request.GET, ALERT_STATES, now=timezone.now())
    after = request.GET.get("after", "")
    found = listing.alerts(request.viewer, wanted, after=after, limit=listing.SLICE)
    return JsonResponse(found.for_scripts() | {"seq": request.console.data["seq"]})


@require_safe
@page(VIEW)
def alert(request: PageRequest, alert_id: UUID) -> HttpResponse:
    row = reading.alert(request.viewer, alert_id)
    context = {
        "alert": row,
        "labels": sorted(row["labels"].items()),
        "incident": reading.incident_of_cluster(request.viewer, row["cluster_id"]),
        "acts": acts_on_alert(row, request.console.acts),
        "whys": explain(why_of_alert(alert_id), request.viewer.scope),
        "reports": reading.reports(request.viewer, alert_id),
        "comments": reading.comments(alert_id),
        "people": [],
    }
    return render(request, "console/alerts/detail.html", context)
