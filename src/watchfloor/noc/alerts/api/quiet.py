"""Declaring when nobody is to be told, over HTTP, and what that would keep quiet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from watchfloor.noc.alerts import preview, quieting, selectors
from watchfloor.noc.alerts.api.alerts import alert_out
from watchfloor.noc.alerts.models import MaintenanceWindow, Silence
from watchfloor.noc.alerts.schemas import (
    PreviewOut,
    SilenceIn,
    SilenceOut,
    WindowIn,
    WindowOut,
)
from watchfloor.platform.accounts.api.request import viewer_of, whole_tenant
from watchfloor.platform.accounts.capabilities import MANAGE_MAINTENANCE, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.errors import Denied
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["quiet"])


# Before the rows, one of which `preview` would be taken for.
@router.post(
    "/maintenance-windows/preview",
    auth=needs(MANAGE_MAINTENANCE),
    response=PreviewOut,
)
def preview_window(request: HttpRequest, body: WindowIn) -> dict[str, Any]:
    """What the window would keep quiet of what fires now, by the rules of the pipeline."""
    viewer = viewer_of(request)
    values = _window_values(viewer, body)
    return _previewed(preview.of_window(values, scope=viewer.scope, now=timezone.now()), viewer)


@router.post("/silences/preview", auth=needs(MANAGE_MAINTENANCE), response=PreviewOut)
def preview_silence(request: HttpRequest, body: SilenceIn) -> dict[str, Any]:
    """What the silence would keep quiet of what fires now, by the rules of the pipeline."""
    viewer = whole_tenant(request)
    matchers = [matcher.model_dump() for matcher in body.matchers]
    found = preview.of_silence(
        matchers, ends_at=body.ends_at, scope=viewer.scope, now=timezone.now()
    )
    return _previewed(found, viewer)


@router.get("/maintenance-windows", auth=needs(VIEW), response=Page[WindowOut])
def list_windows(request: HttpRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    order = ("-created_at", "-id")
    found = selectors.windows(viewer_of(request).scope)
    return page(request, asked, found, order=order, render=_itself)


@router.get("/maintenance-windows/{window_id}", auth=needs(VIEW), response=WindowOut)
def show_window(request: HttpRequest, window_id: UUID) -> MaintenanceWindow:
    return selectors.window(viewer_of(request).scope, window_id)


@router.post(
    "/maintenance-windows",
    auth=needs(MANAGE_MAINTENANCE),
    response={201: WindowOut},
)
def declare_window(request: HttpRequest, body: WindowIn) -> Status[MaintenanceWindow]:
    viewer = viewer_of(request)
    values = _window_values(viewer, body)
    return Status(201, quieting.declare_window(values, by=viewer.actor, now=timezone.now()))


@router.put(
    "/maintenance-windows/{window_id}",
    auth=needs(MANAGE_MAINTENANCE),
    response=WindowOut,
)
def change_window(request: HttpRequest, window_id: UUID, body: WindowIn) -> MaintenanceWindow:
    viewer = _window_manager(request, window_id)
    values = _window_values(viewer, body)
    return quieting.change_window(window_id, values, by=viewer.actor, now=timezone.now())


@router.delete(
    "/maintenance-windows/{window_id}",
    auth=needs(MANAGE_MAINTENANCE),
    response={204: None},
)
def end_window(request: HttpRequest, window_id: UUID) -> Status[None]:
    by = _window_manager(request, window_id).actor
    quieting.end_window(window_id, by=by, now=timezone.now())
    return Status(204, None)


@router.get("/silences", auth=needs(VIEW), response=Page[SilenceOut])
def list_silences(request: HttpRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    whole_tenant(request)
    order = ("-created_at", "-id")
    return page(request, asked, selectors.silences(), order=order, render=_itself)


@router.get("/silences/{silence_id}", auth=needs(VIEW), response=SilenceOut)
def show_silence(request: HttpRequest, silence_id: UUID) -> Silence:
    whole_tenant(request)
    return selectors.silence(silence_id)


@router.post("/silences", auth=needs(MANAGE_MAINTENANCE), response={201: SilenceOut})
def make_silence(request: HttpRequest, body: SilenceIn) -> Status[Silence]:
    made = quieting.silence(
        [matcher.model_dump() for matcher in body.matchers],
        ends_at=body.ends_at,
        reason=body.reason,
        by=whole_tenant(request).actor,
        now=timezone.now(),
    )
    return Status(201, made)


@router.delete("/silences/{silence_id}", auth=needs(MANAGE_MAINTENANCE), response={204: None})
def lift_silence(request: HttpRequest, silence_id: UUID) -> Status[None]:
    quieting.lift_silence(silence_id, by=whole_tenant(request).actor, now=timezone.now())
    return Status(204, None)


def _previewed(found: preview.Preview, viewer: Viewer) -> dict[str, Any]:
    return {
        "looked_at": found.looked_at,
        "number": found.number,
        "protected": found.protected,
        "alerts": [alert_out(alert, viewer) for alert in found.alerts],
    }


def _window_manager(request: HttpRequest, window_id: UUID) -> Viewer:
    """Return who asks. Raises: NotFound or Denied where the window reaches beyond their places."""
    viewer = viewer_of(request)
    window = selectors.window(viewer.scope, window_id)
    if not selectors.reaches(viewer.scope, window.client_ids, window.site_ids):
        raise Denied("This window is not of your places only.")
    return viewer


def _window_values(viewer: Viewer, body: WindowIn) -> dict[str, object]:
    """Return the window's columns. Raises: Denied beyond the viewer's clients and sites."""
    values = body.model_dump()
    for name in ("client_ids", "site_ids", "device_ids"):
        values[name] = [str(pk) for pk in values[name]]
    if not selectors.reaches(viewer.scope, values["client_ids"], values["site_ids"]):
        raise Denied("Name clients or sites of yours that the work is at.")
    return values


def _itself(row: Any) -> Any:
    return row
