"""Which devices are cameras, which of them are near something, and where they are seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, FloatField, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Power

from watchfloor.domain.devices.models import Device
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.plans.models import Placement
from watchfloor.domain.video import links
from watchfloor.domain.video.links import Sight
from watchfloor.platform.accounts.scope import Scope

SETTING = "video"
ALL_CLIENTS = ""
CAMERA = r"(^|[^a-z])camera$"
"""Of a kind, in small letters: `camera`, and what says which, as in `ptz_camera`."""
FIELDS = (
    "kind",
    "code",
    "is_active",
    "site_id",
    "site__code",
    "site__client_id",
    "site__client__code",
)
"""Of a device: what its address is made of, and who may see it."""

Templates = Mapping[str, str]


def templates(settings: Mapping[str, Any]) -> Templates:
    """Return the links that a tenant has set, by the id of the client, `ALL_CLIENTS` for others."""
    kept: Templates = settings.get(SETTING, {})
    return kept


def address(set_to: Templates, device: Mapping[str, Any], at: datetime) -> str | None:
    """Return where a camera, told by its `FIELDS`, is seen; None for any other device."""
    if not re.search(CAMERA, (device["kind"] or "").lower()):
        return None
    template = set_to.get(str(device["site__client_id"])) or set_to.get(ALL_CLIENTS)
    if not template:
        return None
    site, client = device["site__code"] or "", device["site__client__code"] or ""
    return links.address(template, Sight(device["code"], site, client, at))


def cameras_for(scope: Scope) -> QuerySet[Device]:
    return inventory.devices_for(scope).filter(kind__iregex=CAMERA)


def cameras_at(scope: Scope, site_id: UUID, *, near: Device | None) -> QuerySet[Device]:
    """Return the cameras of a site: those that share a plan with `near` first, by distance, then
    those that go dark with it or with what it goes dark with."""
    found = cameras_for(scope).filter(site_id=site_id)
    if near is None:
        return found.order_by("name", "code")
    kin = Q(pk=near.pk) | Q(parent=near.pk)
    if near.parent_id:
        kin |= Q(pk=near.parent_id) | Q(parent=near.parent_id)
    is_apart = Case(When(kin, then=False), default=True)
    place: Placement | None = getattr(near, "placement", None)
    return found.order_by(*([_distance(place)] if place else []), is_apart, "name", "code")


def _distance(place: Placement) -> OrderBy:
    """As the picture shows it: a plan is seldom a square."""
    across = (F("placement__x") - place.x) * Value(place.plan.width, FloatField())
    down = (F("placement__y") - place.y) * Value(place.plan.height, FloatField())
    squared = When(placement__plan=place.plan_id, then=Power(across, 2) + Power(down, 2))
    return Case(squared, output_field=FloatField()).asc(nulls_last=True)
