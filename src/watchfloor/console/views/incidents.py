"""The live list of incidents, and the page of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import grouping, kpis, listing, reading, words
from watchfloor.console.acts import acts_on_incident
from watchfloor.console.explaining import Explanation, explain
from watchfloor.console.filters import INCIDENT_STATES, OVER, Filter
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.clustering.selectors import why_in_cluster
from watchfloor.platform.accounts.capabilities import CORRECT_GROUPING, VIEW
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import Invalid

MEMBERS = 60
PREVIEWED = 5
LONGEST_SEARCH = 200


@require_safe
@page(VIEW)
def incidents(request: PageRequest) -> HttpResponse:
    wanted = Filter.read(request.GET, INCIDENT_STATES, now=timezone.now())
    found = listing.incidents(request.viewer, wanted)
    context = {
        "noun": "incidents",
        "filter": wanted,
        "states": INCIDENT_STATES.items(),
        "severities": words.SEVERITIES.items(),
        "sites": reading.sites(request.viewer),
        "dispositions": words.DISPOSITIONS.items(),
        "people": reading.people(),
        "rows": found.rows,
        "blank": {"id": "", "state": "", "severity": 0},
        "limit": listing.MOST,
        "last": None if found.rows else reading.last_incident(request.viewer),
        "json_address": reverse("incidents-json"),
        "rows_data": found.for_scripts() | {"limit": listing.MOST, "filter": wanted.for_scripts()},
    }
    return render(request, "console/incidents/list.html", context)


@require_safe
@page(VIEW)
def incidents_json(request: PageRequest) -> HttpResponse:
    """Answer with a slice of the list: the page goes on from its first rows, or begins anew."""
    wanted = Filter.read(request.GET, INCIDENT_STATES, now=timezone.now())
    after = request.GET.get("after", "")
    found = listing.incidents(request.viewer, wanted, after=after, limit=listing.SLICE)
    return JsonResponse(found.for_scripts() | {"seq": request.console.data["seq"]})


@require_safe
@page(VIEW)
def life_safety_json(request: PageRequest) -> HttpResponse:
    data = request.console.data
    return JsonResponse({"rows": data["life_safety"], "seq": data["seq"]})


@require_safe
@page(VIEW)
def figures(request: PageRequest) -> HttpResponse:
    """Answer with the figures alone: the list does not wait for them to be counted."""
    context = {"cells": kpis.cells(request.viewer, timezone.now())}
    return render(request, "console/parts/kpis.html", context)


@require_safe
@page(VIEW)
def incident(request: PageRequest, incident_id: UUID) -> HttpResponse:
    row = reading.incident(request.viewer, incident_id)
    members = _members(row["cluster_id"], request.viewer.scope)
    may_correct = grouping.may_correct(row, request.console.acts)
    context = {
        "may_correct": may_correct,
        "may_split": may_correct and len(members) > 1,
        "may_undo": "correct" in request.console.acts,
        "corrections": grouping.corrections(request.viewer, row["cluster_id"]),
        "incident": row | {"is_open": row["state"] not in OVER},
        "now": timezone.now(),
        "acts": acts_on_incident(row, request.console.acts),
        "members": members,
        "members_left": row["alert_count"] - len(members) if row["is_whole"] else 0,
        "related": reading.related(request.viewer, row["related_incident_id"]),
        "timeline": reading.timeline(request.viewer, incident_id),
        "people": reading.people(),
        "dispositions": words.DISPOSITIONS.items(),
    }
    return render(request, "console/incidents/detail.html", context)


@require_safe
@page(VIEW)
def preview(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """Answer with what the pane beside the list shows of an incident."""
    row = reading.incident(request.viewer, incident_id)
    members = _members(row["cluster_id"], request.viewer.scope, most=PREVIEWED)
    context = {
        "incident": row,
        "acts": acts_on_incident(row, request.console.acts),
        "members": members,
        "members_left": row["alert_count"] - len(members) if row["is_whole"] else 0,
        "timeline": reading.timeline(request.viewer, incident_id, most=PREVIEWED),
    }
    return render(request, "console/incidents/preview.html", context)


@require_safe
@page(CORRECT_GROUPING)
def merge_choices(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """Answer with what the incident can be merged into, as far as it fits what was typed."""
    row = reading.incident(request.viewer, incident_id)
    words = request.GET.get("q", "")[:LONGEST_SEARCH]
    context: dict[str, Any] = {"words": words.strip(), "most": grouping.CHOICES}
    try:
        found = grouping.choices(request.viewer.scope, row, words)
    except Invalid as refused:
        context["refused"] = refused.message
    else:
        context["choices"] = found[: grouping.CHOICES]
        context["is_cut"] = len(found) > grouping.CHOICES
    return render(request, "console/incidents/choices.html", context)


def _members(cluster_id: UUID | None, scope: Scope, *, most: int = MEMBERS) -> list[dict[str, Any]]:
    """Return the alerts of a cluster that lie within the scope, worst first, with their reasons."""
    if cluster_id is None:
        return []
    found = alerts.visible(scope).filter(cluster_id=cluster_id)
    order = ("-is_life_safety", "-severity", "first_seen_at", "id")
    rows = alerts.alert_rows(found.order_by(*order).values_list("id", flat=True)[:most])
    whys = why_in_cluster(cluster_id, alerts=[row["id"] for row in rows])
    told: dict[UUID, list[Explanation]] = {row["id"]: [] for row in rows}
    for why, explanation in zip(whys, explain(whys, scope), strict=True):
        told[why.alert_id].append(explanation)
    return [row | {"why": told[row["id"]]} for row in rows]
