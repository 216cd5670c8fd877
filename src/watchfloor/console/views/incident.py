"""The page of one incident."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import calling, chronicle, grouping, reading, standing, video, words
from watchfloor.console.acts import acts_on_incident
from watchfloor.console.explaining import Explanation, explain
from watchfloor.console.filters import OVER
from watchfloor.console.happenings import LANES
from watchfloor.console.views.door import PageRequest, page
from watchfloor.console.views.then import incident_then
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.clustering.selectors import why_in_cluster
from watchfloor.noc.evidence import selectors as evidence
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.noc.incidents.next_step import next_step
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, CORRECT_GROUPING, EXPORT, VIEW
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import Invalid

Row = dict[str, Any]
MEMBERS = 60
PREVIEWED = 5
LONGEST_SEARCH = 200


@require_safe
@page(VIEW)
def incident(request: PageRequest, incident_id: UUID) -> HttpResponse:
    if "at" in request.GET:
        return incident_then(request, incident_id)
    viewer, now = request.viewer, timezone.now()
    row = reading.incident(viewer, incident_id)
    members = _members(row["cluster_id"], viewer.scope)
    for one in members:
        one["video"] = video.beside(viewer.scope, request.console.video, one)
    entries = chronicle.entries(viewer, row)
    people = reading.people(first=chronicle.actors(entries))
    told = chronicle.of(row, entries, members, people)
    context = {
        "incident": row | {"is_open": row["state"] not in OVER},
        "now": now,
        "acts": acts_on_incident(row, request.console.acts),
        "impact": standing.impact(row, viewer.scope),
        "next_step": next_step(row, now),
        "causes": standing.causes(members, viewer.scope),
        "timeline": told,
        "lanes": LANES.items(),
        "handover": next((one for one in told if one.kind == "handed" and one.quote), None),
        "people": [one for one in people if one.is_active],
        "dispositions": words.DISPOSITIONS.items(),
    }
    context |= _grouping(request, row, members) | _evidence(request, row)
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
        "timeline": reading.timeline(request.viewer, row, most=PREVIEWED),
    }
    return render(request, "console/incidents/preview.html", context)


@require_safe
@page(VIEW)
def calls(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """Answer with the call lists of the incident's sites alone: the page does not wait for them."""
    viewer = request.viewer
    found = incidents.one(viewer.scope, incident_id)
    lines = calling.of_incident(viewer, found.pk, timezone.now())
    context = {
        "calls": lines,
        "calls_of_several": len({line.contact.site_id for line in lines}) > 1,
        "may_record_calls": viewer.may(ACK_ALERTS),
    }
    return render(request, "console/incidents/calls.html", context)


@require_safe
@page(VIEW)
def cameras(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """Answer with the cameras around where an incident began, for a part of its page."""
    scope = request.viewer.scope
    found = video.around(scope, request.console.video, incidents.one(scope, incident_id))
    return render(request, "console/incidents/video.html", {"around": found})


@require_safe
@page(VIEW)
def attachments(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """Answer with the pictures and clips of an incident alone."""
    viewer = request.viewer
    found = incidents.one(viewer.scope, incident_id)
    context = {
        "attachments": list(evidence.of_incident(viewer, found.pk)),
        "may_attach": viewer.may(ACK_ALERTS),
    }
    return render(request, "console/incidents/attached.html", context)


@require_safe
@page(VIEW)
def record(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """Answer with what it may belong to, its corrections and audit rows, for below the page."""
    viewer = request.viewer
    found = incidents.one(viewer.scope, incident_id)
    context = {
        "related": reading.related(viewer, found.related_incident_id),
        "corrections": grouping.corrections(viewer, found.cluster_id),
        "may_undo": "correct" in request.console.acts,
        "audit": chronicle.audit(viewer, found.pk),
    }
    return render(request, "console/incidents/record.html", context)


def _grouping(request: PageRequest, row: Row, members: Sequence[Row]) -> Row:
    may_correct = grouping.may_correct(row, request.console.acts)
    return {
        "members": members,
        "members_left": row["alert_count"] - len(members) if row["is_whole"] else 0,
        "may_correct": may_correct,
        "may_split": may_correct and len(members) > 1,
    }


def _evidence(request: PageRequest, row: Row) -> Row:
    return {
        "may_attach": request.viewer.may(ACK_ALERTS),
        "may_export": row["is_whole"] and request.viewer.may(EXPORT),
    }


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
    rows = alerts.rows_of(found.order_by(*order)[:most], *video.OF_DEVICE)
    whys = why_in_cluster(cluster_id, alerts=[row["id"] for row in rows])
    told: dict[UUID, list[Explanation]] = {row["id"]: [] for row in rows}
    for why, explanation in zip(whys, explain(whys, scope), strict=True):
        told[why.alert_id].append(explanation)
    return [row | {"why": told[row["id"]]} for row in rows]
