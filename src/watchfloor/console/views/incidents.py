"""The live list of incidents, and the page of one."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import reading, words
from watchfloor.console.acts import acts_on_incident
from watchfloor.console.explaining import explain
from watchfloor.console.filters import INCIDENT_STATES, OVER, Filter
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.alerts.selectors import alert_rows
from watchfloor.noc.clustering.models import ClusterMembership
from watchfloor.platform.accounts.capabilities import VIEW

MEMBERS = 60


@require_safe
@page(VIEW)
def incidents(request: PageRequest) -> HttpResponse:
    wanted = Filter.read(request.GET, INCIDENT_STATES)
    rows = reading.incidents(request.viewer, wanted)
    context = {
        "noun": "incidents",
        "filter": wanted,
        "states": INCIDENT_STATES.items(),
        "severities": words.SEVERITIES.items(),
        "sites": reading.sites(request.viewer),
        "people": reading.people(),
        "rows": rows,
        "blank": {"id": "", "state": "", "severity": 0},
        "limit": reading.LISTED,
        "last": None if rows else reading.last_incident(request.viewer),
        "json_address": reverse("incidents-json"),
        "rows_data": {"rows": rows, "limit": reading.LISTED, "filter": wanted.for_scripts()},
    }
    return render(request, "console/incidents/list.html", context)


@require_safe
@page(VIEW)
def incidents_json(request: PageRequest) -> HttpResponse:
    """Answer with the list anew, for a page that missed more than the floor keeps for it."""
    rows = reading.incidents(request.viewer, Filter.read(request.GET, INCIDENT_STATES))
    return JsonResponse({"rows": rows, "seq": request.console.data["seq"]})


@require_safe
@page(VIEW)
def life_safety_json(request: PageRequest) -> HttpResponse:
    data = request.console.data
    return JsonResponse({"rows": data["life_safety"], "seq": data["seq"]})


@require_safe
@page(VIEW)
def incident(request: PageRequest, incident_id: UUID) -> HttpResponse:
    row = reading.incident(request.viewer, incident_id)
    members = _members(row["cluster_id"])
    context = {
        "incident": row | {"is_open": row["state"] not in OVER},
        "now": timezone.now(),
        "acts": acts_on_incident(row, request.console.acts),
        "members": members,
        "members_left": row["alert_count"] - len(members),
        "related": reading.related(request.viewer, row["related_incident_id"]),
        "timeline": reading.timeline(incident_id),
        "people": reading.people(),
    }
    return render(request, "console/incidents/detail.html", context)


def _members(cluster_id: UUID | None) -> list[dict[str, Any]]:
    """Return the alerts of a cluster, worst first, each with the reason of each of its bouts."""
    if cluster_id is None:
        return []
    found = ClusterMembership.objects.filter(cluster_id=cluster_id).select_related("alert")
    order = (
        "-alert__is_life_safety",
        "-alert__severity",
        "alert__first_seen_at",
        "alert_id",
        "bout",
    )
    memberships = list(found.order_by(*order)[:MEMBERS])
    reasons = dict(zip(memberships, explain(memberships), strict=True))
    rows = {row["id"]: row for row in alert_rows({m.alert_id for m in memberships})}
    return [
        rows[alert_id] | {"why": [reasons[membership] for membership in bouts]}
        for alert_id, bouts in groupby(memberships, key=lambda m: m.alert_id)
    ]
