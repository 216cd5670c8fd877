"""The list of devices, its file, and the page of one: what it tells, and what goes dark with it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import places
from watchfloor.console.places import Wanted
from watchfloor.console.views.door import PageRequest, page
from watchfloor.console.views.exports import as_file
from watchfloor.domain.devices.models import Device
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.plans.selectors import places_of
from watchfloor.domain.video import selectors as video
from watchfloor.domain.vitals import selectors as vitals
from watchfloor.noc.alerts import standing as alerts
from watchfloor.noc.incidents import standing as incidents
from watchfloor.platform.accounts.capabilities import EXPORT, VIEW
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound

COLUMNS = (
    "code", "name", "kind", "model", "site", "parent", "installed_on", "serial", "beat_seconds",
)  # fmt: skip
"""As the import takes them."""
BEHIND = 200


@require_safe
@page(VIEW)
def devices(request: PageRequest) -> HttpResponse:
    scope = request.viewer.scope
    wanted = Wanted.read(request.GET)
    found, after = places.page_of(request, wanted, _found(scope, wanted), ("name", "id"))
    firing = alerts.of_things(scope, "device", [device.pk for device in found])
    rows = [(one, firing.get(one.pk)) for one in found]
    context = {"noun": "devices", "wanted": wanted, "rows": rows, "next": after}
    return render(request, "console/places/devices.html", context)


@require_safe
@page(EXPORT)
def devices_csv(request: PageRequest) -> StreamingHttpResponse:
    scope = request.viewer.scope
    found = places.all_of(_found(scope, Wanted.read(request.GET)).order_by("code"))
    return as_file(request, "devices", "device", COLUMNS, (_cells(scope, one) for one in found))


@require_safe
@page(VIEW)
def device(request: PageRequest, device_id: UUID) -> HttpResponse:
    scope = request.viewer.scope
    found = _one(scope, device_id)
    behind = list(_found(scope, Wanted()).filter(parent=found).order_by("name", "code")[:BEHIND])
    firing = alerts.of_things(scope, "device", [one.pk for one in behind])
    going_on = places.going_on(
        incidents.holding(scope, "device", device_id),
        alerts.in_alarm(scope).filter(device_id=device_id),
        now=timezone.now(),
        zone=request.console.zone,
    )
    context = {"device": found, "parent": _parent(scope, found), "going_on": going_on,
               "state": vitals.state_of(device_id),
               "place": places_of(scope, [device_id]).first(),
               "is_seen": _seen_now(request, found) is not None,
               "behind": [(one, firing.get(one.pk)) for one in behind]}  # fmt: skip
    return render(request, "console/places/device.html", context)


@require_safe
@page(VIEW)
def live_video(request: PageRequest, device_id: UUID) -> HttpResponse:
    """Lead on to where the camera is seen now: a page may have been open for hours."""
    address = _seen_now(request, _one(request.viewer.scope, device_id))
    if address is None:
        raise NotFound("There is no link to video of this device.")
    return redirect(address)


def _seen_now(request: PageRequest, device: Device) -> str | None:
    found = video.cameras_for(request.viewer.scope).filter(pk=device.pk).values(*video.FIELDS)
    camera = found.first() if request.console.video else None
    return camera and video.address(request.console.video, camera, timezone.now())


def _one(scope: Scope, device_id: UUID) -> Device:
    found = _found(scope, Wanted()).filter(pk=device_id).first()
    if found is None:
        raise NotFound("There is no such device.")
    return found


def _found(scope: Scope, wanted: Wanted) -> QuerySet[Device]:
    rows = inventory.devices_for(scope).select_related("site", "parent__site")
    if wanted.site:
        rows = rows.filter(site_id=wanted.site)
    return inventory.matching(rows, wanted.q, verified=wanted.is_verified)


def _parent(scope: Scope, device: Device) -> Device | None:
    """Return the device that this one goes dark with, if it is for the viewer to see."""
    above = device.parent
    if above is None:
        return None
    site = above.site
    return above if scope.covers(site.client_id if site else None, above.site_id) else None


def _cells(scope: Scope, device: Device) -> list[object]:
    parent = _parent(scope, device)
    codes = {"site": device.site and device.site.code, "parent": parent and parent.code}
    return [codes[name] if name in codes else getattr(device, name) for name in COLUMNS]
