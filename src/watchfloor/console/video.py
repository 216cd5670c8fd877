"""Links to the video system, as pages show them: beside alerts of cameras, and around the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from watchfloor.domain.devices.models import Device
from watchfloor.domain.video import selectors
from watchfloor.domain.video.selectors import FIELDS, Templates
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.accounts.scope import Scope

OF_DEVICE = tuple(f"device__{name}" for name in FIELDS)
"""What a row of an alert needs besides, so that it can be linked."""
NAMED = 6


@dataclass(frozen=True, slots=True)
class Camera:
    id: UUID
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Around:
    """The cameras of the site where an incident began, and the moment that they are linked at."""

    at: datetime
    cameras: Sequence[Camera]


def beside(scope: Scope, set_to: Templates, row: Mapping[str, Any]) -> str | None:
    """Return where the first moment of an alert is seen, if a camera that the viewer sees told it.

    The row holds `OF_DEVICE`.
    """
    device = {name: row[f"device__{name}"] for name in FIELDS}
    if not device["is_active"] or not scope.covers(device["site__client_id"], device["site_id"]):
        return None
    return selectors.address(set_to, device, row["first_seen_at"])


def of_alert(scope: Scope, set_to: Templates, alert_id: UUID) -> str | None:
    """One query; none where no link is set."""
    if not set_to:
        return None
    found = NOCAlertEvent.objects.values("first_seen_at", *OF_DEVICE)
    return beside(scope, set_to, found.get(pk=alert_id))


def around(scope: Scope, set_to: Templates, incident: NOCIncident) -> Around:
    """Return the cameras that are nearest to where it began. Two queries."""
    first = _first(scope, incident.cluster_id)
    if first is None:
        site_id, near, at = incident.site_id, None, incident.opened_at
    else:
        site_id, near, at = first.site_id, first.device, first.first_seen_at
    if site_id is None:
        return Around(at, ())
    return Around(at, _cameras(scope, set_to, site_id, near, at))


def _first(scope: Scope, cluster_id: UUID | None) -> NOCAlertEvent | None:
    if cluster_id is None:
        return None
    placed = alerts.visible(scope).filter(cluster_id=cluster_id, site__isnull=False)
    found = placed.select_related("device__placement__plan")
    return found.order_by("first_seen_at", "id").first()


def _cameras(
    scope: Scope, set_to: Templates, site_id: UUID, near: Device | None, at: datetime
) -> list[Camera]:
    nearest = selectors.cameras_at(scope, site_id, near=near).values("id", "name", *FIELDS)[:NAMED]
    seen = [(one, selectors.address(set_to, one, at)) for one in nearest]
    return [Camera(one["id"], one["name"] or one["code"], to) for one, to in seen if to]
