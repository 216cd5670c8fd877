"""Alerts and reports over HTTP: read, and act on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from watchfloor.aiops.alerts.lives import Verdict
from watchfloor.aiops.alerts.suppression import FOREVER
from watchfloor.noc.alerts import false_sources, selectors, services
from watchfloor.noc.alerts.models import AlertComment, NOCAlertEvent, Report
from watchfloor.noc.alerts.schemas import (
    NO_RESOLUTION,
    NOTHING_SAID,
    ActIn,
    AlertOut,
    AlertQuery,
    AssignIn,
    CommentIn,
    CommentOut,
    EscalateIn,
    FalseSourceQuery,
    FalseSourcesOut,
    ReportOut,
    ReportQuery,
    ResolveIn,
    SnoozeIn,
)
from watchfloor.platform import searching
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import (
    ACK_ALERTS,
    ASSIGN_INCIDENTS,
    ESCALATE,
    VIEW,
)
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.ids import derived_uuid7
from watchfloor.platform.paging import Page, page

router = Router(tags=["alerts"])


@router.get("/alerts", auth=needs(VIEW), response=Page[AlertOut])
def list_alerts(request: HttpRequest, asked: Query[AlertQuery]) -> dict[str, Any]:
    viewer = viewer_of(request)
    wanted = asked.model_dump(exclude={"limit", "after"})
    if asked.q and not (asked.since or asked.incident or asked.cluster):
        wanted["since"] = searching.begin(asked.until or timezone.now())
    found = selectors.matching(
        selectors.visible(viewer.scope),
        names_of_persons=viewer.names_within,
        free_text=viewer.reads_names,
        **wanted,
    )
    order = ("-last_seen_at", "-id")
    return page(request, asked, found, order=order, render=_shown_to(viewer))


@router.get("/alerts/{alert_id}", auth=needs(VIEW), response=AlertOut)
def show_alert(request: HttpRequest, alert_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    return alert_out(selectors.one(viewer.scope, alert_id), viewer)


@router.get("/alerts/{alert_id}/comments", auth=needs(VIEW), response=list[CommentOut])
def list_comments(request: HttpRequest, alert_id: UUID) -> list[AlertComment]:
    alert = selectors.one(viewer_of(request).scope, alert_id)
    return list(selectors.comments(alert.pk))


@router.get("/reports", auth=needs(VIEW), response=Page[ReportOut])
def list_reports(request: HttpRequest, asked: Query[ReportQuery]) -> dict[str, Any]:
    wanted = asked.model_dump(exclude={"limit", "after"})
    found = selectors.matching_reports(selectors.reports(viewer_of(request).scope), **wanted)
    order = ("-received_at", "-event_id")
    return page(request, asked, found, order=order, render=report_out)


@router.get("/reports/{event_id}", auth=needs(VIEW), response=ReportOut)
def show_report(request: HttpRequest, event_id: UUID) -> dict[str, Any]:
    return report_out(selectors.one_report(viewer_of(request).scope, event_id))


@router.post("/alerts/{alert_id}/acknowledge", auth=needs(ACK_ALERTS), response=AlertOut)
def acknowledge(request: HttpRequest, alert_id: UUID, body: ActIn = NOTHING_SAID) -> dict[str, Any]:
    return _act(request, alert_id, services.acknowledge, version=body.version)


@router.post("/alerts/{alert_id}/assign", auth=needs(ASSIGN_INCIDENTS), response=AlertOut)
def assign(request: HttpRequest, alert_id: UUID, body: AssignIn) -> dict[str, Any]:
    return _act(request, alert_id, services.assign, body.user_id, version=body.version)


@router.post("/alerts/{alert_id}/snooze", auth=needs(ACK_ALERTS), response=AlertOut)
def snooze(request: HttpRequest, alert_id: UUID, body: SnoozeIn) -> dict[str, Any]:
    return _act(request, alert_id, services.snooze, body.until, version=body.version)


@router.post("/alerts/{alert_id}/escalate", auth=needs(ESCALATE), response=AlertOut)
def escalate(request: HttpRequest, alert_id: UUID, body: EscalateIn) -> dict[str, Any]:
    return _act(request, alert_id, services.escalate, body.reason, version=body.version)


@router.post("/alerts/{alert_id}/resolve", auth=needs(ACK_ALERTS), response=AlertOut)
def resolve(
    request: HttpRequest, alert_id: UUID, body: ResolveIn = NO_RESOLUTION
) -> dict[str, Any]:
    return _act(request, alert_id, services.resolve, body.resolution, version=body.version)


@router.post("/alerts/{alert_id}/release", auth=needs(ACK_ALERTS), response=AlertOut)
def release(request: HttpRequest, alert_id: UUID, body: ActIn = NOTHING_SAID) -> dict[str, Any]:
    return _act(request, alert_id, services.release, version=body.version)


@router.post("/alerts/{alert_id}/undo", auth=needs(ACK_ALERTS), response=AlertOut)
def undo(request: HttpRequest, alert_id: UUID, body: ActIn = NOTHING_SAID) -> dict[str, Any]:
    """Take one's own last act back, within 15 seconds: the alert stands as before it.

    `version`: the one that the act led to.
    """
    return _act(request, alert_id, services.take_back, version=body.version)


@router.get("/false-sources", auth=needs(VIEW), response=FalseSourcesOut, tags=["quiet"])
def list_false_sources(request: HttpRequest, asked: Query[FalseSourceQuery]) -> dict[str, Any]:
    """What cries wolf most surely, by type and entity, in the last 30 days. Nothing acts on it."""
    found = false_sources.worst(viewer_of(request).scope, now=timezone.now(), limit=asked.limit)
    return {"items": found, "next": None}


@router.post("/alerts/{alert_id}/comment", auth=needs(ACK_ALERTS), response=CommentOut)
def comment(request: HttpRequest, alert_id: UUID, body: CommentIn) -> AlertComment:
    viewer = viewer_of(request)
    alert = selectors.one(viewer.scope, alert_id)
    return services.comment(alert.pk, body.text, by=viewer.actor, now=timezone.now())


def alert_out(alert: NOCAlertEvent, viewer: Viewer) -> dict[str, Any]:
    """Return what the API shows of an alert; persons only to those who may see them."""
    elsewhere = {"client", "site", "device", "person", "incident_id", "suppressed_until"}
    names = AlertOut.model_fields.keys() - elsewhere
    incident = derived_uuid7(alert.cluster_id, "incident") if alert.cluster_id else None
    sees_persons = viewer.names_within.covers(alert.client_id, alert.site_id)
    return {name: getattr(alert, name) for name in names} | {
        "client": alert.client_name,
        "site": alert.site_name,
        "device": alert.device_name,
        "person": alert.person_name if sees_persons else None,
        "incident_id": incident,
        "suppressed_until": until_of(alert.suppressed_until),
    }


def until_of(until: datetime | None) -> datetime | None:
    """Return when to ask again; None for what is over and was never told."""
    return None if until is None or until.timestamp() >= FOREVER else until


def report_out(report: Report) -> dict[str, Any]:
    values = {name: getattr(report, name) for name in ReportOut.model_fields}
    return values | {"verdict": Verdict(report.verdict).name.lower()}


def _shown_to(viewer: Viewer) -> Callable[[NOCAlertEvent], dict[str, Any]]:
    return lambda alert: alert_out(alert, viewer)


def _act(
    request: HttpRequest,
    alert_id: UUID,
    act: Callable[..., NOCAlertEvent],
    *said: object,
    version: int | None,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    alert = selectors.one(viewer.scope, alert_id)
    done = act(alert.pk, *said, by=viewer.actor, now=timezone.now(), version=version)
    return alert_out(done, viewer)
