"""The live list of alerts, and the page of one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import listing, reading, video
from watchfloor.console.acts import acts_on_alert
from watchfloor.console.explaining import explain
from watchfloor.console.filters import ALERT_STATES
from watchfloor.console.views.door import PageRequest, page
from watchfloor.console.views.lists import LiveList
from watchfloor.noc.clustering.selectors import why_of_alert
from watchfloor.platform.accounts.capabilities import VIEW

ALERTS = LiveList("alerts", ALERT_STATES, listing.alerts)


@require_safe
@page(VIEW)
def alerts(request: PageRequest) -> HttpResponse:
    context = ALERTS.context(request)
    last = None if context["rows"] else reading.last_alert(request.viewer)
    return render(request, "console/alerts/list.html", context | {"last": last})


@require_safe
@page(VIEW)
def alerts_json(request: PageRequest) -> HttpResponse:
    return ALERTS.slice(request)


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
        "video": video.of_alert(request.viewer.scope, request.console.video, alert_id),
    }
    return render(request, "console/alerts/detail.html", context)
