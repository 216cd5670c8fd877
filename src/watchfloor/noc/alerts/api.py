"""Alerts and reports over HTTP: read, act on, and declare when nobody is to be told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from watchfloor.aiops.alerts.lives import Verdict
from watchfloor.aiops.alerts.suppression import FOREVER
from watchfloor.noc.alerts import false_sources, quieting, selectors, services
from watchfloor.noc.alerts.models import (
    AlertComment,
    MaintenanceWindow,
    NOCAlertEvent,
    Report,
    Silence,
)
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
    SilenceIn,
    SilenceOut,
    SnoozeIn,
    WindowIn,
    WindowOut,
)
from watchfloor.platform import searching
from watchfloor.platform.accounts.api.request import viewer_of, whole_tenant
from watchfloor.platform.accounts.capabilities import (
    ACK_ALERTS,
    ASSIGN_INCIDENTS,
    ESCALATE,
    MANAGE_MAINTENANCE,
    VIEW,
    VIEW_PII,
)
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import NOTHING, Scope, Viewer
from watchfloor.platform.errors import Denied
from watchfloor.platform.ids import derived_uuid7
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["alerts"])


@router.get("/alerts", auth=needs(VIEW), response=Page[AlertOut])
def list_alerts(request: HttpRequest, asked: Query[AlertQuery]) -> dict[str, Any]:
    viewer = viewer_of(request)
    wanted = asked.model_dump(exclude={"limit", "after"})
    if asked.q and not (asked.since or asked.incident or asked.cluster):
        wanted["since"] = searching.begin(asked.until or timezone.now())
    found = selectors.matching(
        selectors.visible(viewer.scope), names_of_persons=names_within(viewer), **wanted
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


@router.get("/maintenance-windows", auth=needs(VIEW), response=Page[WindowOut], tags=["quiet"])
def list_windows(request: HttpRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    order = ("-created_at", "-id")
    found = selectors.windows(viewer_of(request).scope)
    return page(request, asked, found, order=order, render=_itself)


@router.get(
    "/maintenance-windows/{window_id}", auth=needs(VIEW), response=WindowOut, tags=["quiet"]
)
def show_window(request: HttpRequest, window_id: UUID) -> MaintenanceWindow:
    return selectors.window(viewer_of(request).scope, window_id)


@router.post(
    "/maintenance-windows",
    auth=needs(MANAGE_MAINTENANCE),
    response={201: WindowOut},
    tags=["quiet"],
)
def declare_window(request: HttpRequest, body: WindowIn) -> Status[MaintenanceWindow]:
    viewer = viewer_of(request)
    values = _window_values(viewer, body)
    return Status(201, quieting.declare_window(values, by=viewer.actor, now=timezone.now()))


@router.put(
    "/maintenance-windows/{window_id}",
    auth=needs(MANAGE_MAINTENANCE),
    response=WindowOut,
    tags=["quiet"],
)
def change_window(request: HttpRequest, window_id: UUID, body: WindowIn) -> MaintenanceWindow:
    viewer = whole_tenant(request)
    values = _window_values(viewer, body)
    return quieting.change_window(window_id, values, by=viewer.actor, now=timezone.now())


@router.delete(
    "/maintenance-windows/{window_id}",
    auth=needs(MANAGE_MAINTENANCE),
    response={204: None},
    tags=["quiet"],
)
def end_window(request: HttpRequest, window_id: UUID) -> Status[None]:
    quieting.end_window(window_id, by=whole_tenant(request).actor, now=timezone.now())
    return Status(204, None)


@router.get("/silences", auth=needs(VIEW), response=Page[SilenceOut], tags=["quiet"])
def list_silences(request: HttpRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    whole_tenant(request)
    order = ("-created_at", "-id")
    return page(request, asked, selectors.silences(), order=order, render=_itself)


@router.get("/silences/{silence_id}", auth=needs(VIEW), response=SilenceOut, tags=["quiet"])
def show_silence(request: HttpRequest, silence_id: UUID) -> Silence:
    whole_tenant(request)
    return selectors.silence(silence_id)


@router.post(
    "/silences", auth=needs(MANAGE_MAINTENANCE), response={201: SilenceOut}, tags=["quiet"]
)
def make_silence(request: HttpRequest, body: SilenceIn) -> Status[Silence]:
    made = quieting.silence(
        [matcher.model_dump() for matcher in body.matchers],
        ends_at=body.ends_at,
        reason=body.reason,
        by=whole_tenant(request).actor,
        now=timezone.now(),
    )
    return Status(201, made)


@router.delete(
    "/silences/{silence_id}", auth=needs(MANAGE_MAINTENANCE), response={204: None}, tags=["quiet"]
)
def lift_silence(request: HttpRequest, silence_id: UUID) -> Status[None]:
    quieting.lift_silence(silence_id, by=whole_tenant(request).actor, now=timezone.now())
    return Status(204, None)


def alert_out(alert: NOCAlertEvent, viewer: Viewer) -> dict[str, Any]:
    """Return what the API shows of an alert; persons only to those who may see them."""
    elsewhere = {"client", "site", "device", "person", "incident_id", "suppressed_until"}
    names = AlertOut.model_fields.keys() - elsewhere
    incident = derived_uuid7(alert.cluster_id, "incident") if alert.cluster_id else None
    sees_persons = names_within(viewer).covers(alert.client_id, alert.site_id)
    return {name: getattr(alert, name) for name in names} | {
        "client": alert.client_name,
        "site": alert.site_name,
        "device": alert.device_name,
        "person": alert.person_name if sees_persons else None,
        "incident_id": incident,
        "suppressed_until": until_of(alert.suppressed_until),
    }


def names_within(viewer: Viewer) -> Scope:
    """Return where the viewer may see persons, which may be less than where they see alerts."""
    return viewer.acting(VIEW_PII).scope if viewer.may(VIEW_PII) else NOTHING


def until_of(until: datetime | None) -> datetime | None:
    """Return when to ask again; None for what is over and was never told."""
    return None if until is None or until.timestamp() >= FOREVER else until


def report_out(report: Report) -> dict[str, Any]:
    values = {name: getattr(report, name) for name in ReportOut.model_fields}
    return values | {"verdict": Verdict(report.verdict).name.lower()}


def _shown_to(viewer: Viewer) -> Callable[[NOCAlertEvent], dict[str, Any]]:
    return lambda alert: alert_out(alert, viewer)


def _itself(row: Any) -> Any:
    return row


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


def _window_values(viewer: Viewer, body: WindowIn) -> dict[str, object]:
    """Return the window's columns. Raises: Denied beyond the viewer's clients and sites."""
    scope = viewer.scope
    bound = {*body.client_ids} <= scope.client_ids and {*body.site_ids} <= scope.site_ids
    if not scope.all_clients and not (bound and (body.client_ids or body.site_ids)):
        raise Denied("Name clients or sites of yours that the work is at.")
    values = body.model_dump()
    for name in ("client_ids", "site_ids", "device_ids"):
        values[name] = [str(pk) for pk in values[name]]
    return values
