"""Incidents over HTTP: read, open by hand, act on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.api.alerts import alert_out
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.alerts.schemas import (
    NOTHING_SAID,
    ActIn,
    AssignIn,
    CommentIn,
    EscalateIn,
    SnoozeIn,
)
from watchfloor.noc.clustering import selectors as clusters
from watchfloor.noc.incidents import asking, calls, opening, partial, selectors, services
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.schemas import (
    NO_RESOLUTION,
    CallIn,
    IncidentDetailOut,
    IncidentIn,
    IncidentOut,
    IncidentQuery,
    ResolveIncidentIn,
)
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import (
    ACK_ALERTS,
    ASSIGN_INCIDENTS,
    ESCALATE,
    VIEW,
)
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Scope, Viewer
from watchfloor.platform.errors import Denied, Invalid
from watchfloor.platform.paging import Page, page

router = Router(tags=["incidents"])
MOST_SHOWN = 200


@router.get("/incidents", auth=needs(VIEW), response=Page[IncidentOut])
def list_incidents(request: HttpRequest, asked: Query[IncidentQuery]) -> dict[str, Any]:
    viewer = viewer_of(request)
    found = asking.found(viewer, asked, now=timezone.now())
    order = ("-opened_at", "-id")
    answer = page(request, asked, found, order=order, render=lambda row: row.pk)
    return answer | {"items": partial.rows_for(viewer.scope, answer["items"])}


@router.get("/incidents/{incident_id}", auth=needs(VIEW), response=IncidentDetailOut)
def show_incident(request: HttpRequest, incident_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    incident = selectors.one(viewer.scope, incident_id)
    return _row(incident, viewer) | {
        "alerts": _members(incident, viewer),
        "timeline": partial.timeline(viewer, incident.pk, most=MOST_SHOWN),
    }


@router.post("/incidents", auth=needs(ASSIGN_INCIDENTS), response={201: IncidentOut})
def open_incident(request: HttpRequest, body: IncidentIn) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    incident = opening.open_by_hand(
        title=body.title,
        severity=SeverityLevel(body.severity),
        site=_site(viewer, body.site_id),
        description=body.description,
        is_life_safety=body.is_life_safety,
        by=viewer.actor,
        now=timezone.now(),
    )
    return Status(201, _row(incident, viewer))


@router.post("/incidents/{incident_id}/acknowledge", auth=needs(ACK_ALERTS), response=IncidentOut)
def acknowledge(
    request: HttpRequest, incident_id: UUID, body: ActIn = NOTHING_SAID
) -> dict[str, Any]:
    return _act(request, incident_id, services.acknowledge, version=body.version)


@router.post("/incidents/{incident_id}/assign", auth=needs(ASSIGN_INCIDENTS), response=IncidentOut)
def assign(request: HttpRequest, incident_id: UUID, body: AssignIn) -> dict[str, Any]:
    return _act(request, incident_id, services.assign, body.user_id, version=body.version)


@router.post("/incidents/{incident_id}/start", auth=needs(ACK_ALERTS), response=IncidentOut)
def start(request: HttpRequest, incident_id: UUID, body: ActIn = NOTHING_SAID) -> dict[str, Any]:
    return _act(request, incident_id, services.start, version=body.version)


@router.post("/incidents/{incident_id}/snooze", auth=needs(ACK_ALERTS), response=IncidentOut)
def snooze(request: HttpRequest, incident_id: UUID, body: SnoozeIn) -> dict[str, Any]:
    return _act(request, incident_id, services.snooze, body.until, version=body.version)


@router.post("/incidents/{incident_id}/escalate", auth=needs(ESCALATE), response=IncidentOut)
def escalate(request: HttpRequest, incident_id: UUID, body: EscalateIn) -> dict[str, Any]:
    return _act(
        request,
        incident_id,
        services.escalate,
        body.reason,
        find=selectors.one,
        version=body.version,
    )


@router.post("/incidents/{incident_id}/resolve", auth=needs(ACK_ALERTS), response=IncidentOut)
def resolve(
    request: HttpRequest, incident_id: UUID, body: ResolveIncidentIn = NO_RESOLUTION
) -> dict[str, Any]:
    return _act(
        request,
        incident_id,
        services.resolve,
        body.resolution,
        disposition=body.disposition,
        version=body.version,
    )


@router.post("/incidents/{incident_id}/undo", auth=needs(ACK_ALERTS), response=IncidentOut)
def undo(request: HttpRequest, incident_id: UUID, body: ActIn = NOTHING_SAID) -> dict[str, Any]:
    """Take one's own last act back, within 15 seconds: incident and alerts stand as before it.

    `version`: the one that the act led to. 409 tells who has acted since.
    """
    return _act(request, incident_id, services.take_back, find=selectors.one, version=body.version)


@router.post("/incidents/{incident_id}/close", auth=needs(ACK_ALERTS), response=IncidentOut)
def close(request: HttpRequest, incident_id: UUID, body: ActIn = NOTHING_SAID) -> dict[str, Any]:
    return _act(request, incident_id, services.close, version=body.version)


@router.post("/incidents/{incident_id}/comment", auth=needs(ACK_ALERTS), response=IncidentOut)
def comment(request: HttpRequest, incident_id: UUID, body: CommentIn) -> dict[str, Any]:
    return _act(request, incident_id, services.comment, body.text, find=selectors.one)


@router.post("/incidents/{incident_id}/hand-over", auth=needs(ACK_ALERTS), response=IncidentOut)
def hand_over(request: HttpRequest, incident_id: UUID, body: CommentIn) -> dict[str, Any]:
    """Leave a note for whoever comes next."""
    return _act(request, incident_id, services.hand_over, body.text)


@router.post("/incidents/{incident_id}/calls", auth=needs(ACK_ALERTS), response={204: None})
def record_call(request: HttpRequest, incident_id: UUID, body: CallIn) -> Status[None]:
    """Write down how a call to somebody on the call list of one of its sites went."""
    viewer = viewer_of(request)
    incident = selectors.one(viewer.scope, incident_id)
    calls.record(
        incident,
        body.contact_id,
        body.outcome,
        within=viewer.scope,
        by=viewer.actor,
        now=timezone.now(),
    )
    return Status(204, None)


def _act(
    request: HttpRequest,
    incident_id: UUID,
    act: Callable[..., NOCIncident],
    *said: object,
    find: Callable[[Scope, UUID], NOCIncident] = partial.whole,
    **how: object,
) -> dict[str, Any]:
    """Act on an incident that `find` lets through: what concerns all of it needs all of it."""
    viewer = viewer_of(request)
    incident = find(viewer.scope, incident_id)
    return _row(act(incident.pk, *said, by=viewer.actor, now=timezone.now(), **how), viewer)


def _row(incident: NOCIncident, viewer: Viewer) -> dict[str, Any]:
    [row] = partial.rows_for(viewer.scope, [incident.pk])
    return row


def _members(incident: NOCIncident, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the alerts within the viewer's bounds, worst first, each with its reasons."""
    if incident.cluster_id is None:
        return []
    found = alerts.matching(alerts.visible(viewer.scope), incident=incident.pk)
    rows = list(found.order_by("-severity", "first_seen_at", "id")[:MOST_SHOWN])
    shown = {row.pk for row in rows}
    reasons: dict[UUID, list[clusters.Why]] = {pk: [] for pk in shown}
    for why in clusters.why_in_cluster(incident.cluster_id, alerts=shown):
        reasons[why.alert_id].append(why)
    return [alert_out(row, viewer) | {"why": reasons[row.pk]} for row in rows]


def _site(viewer: Viewer, site_id: UUID | None) -> Site | None:
    """Return the site. Raises: Invalid for one that is not there for the viewer."""
    if site_id is None:
        if not viewer.scope.all_clients:
            raise Denied("Name a site of yours that it is at.")
        return None
    site = Site.objects.filter(pk=site_id, is_active=True).first()
    if site is None or not viewer.scope.covers(site.client_id, site.pk):
        raise Invalid("There is no such site.", fields={"site_id": "name a site of yours"})
    return site
