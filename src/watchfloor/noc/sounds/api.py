"""What sounds, over HTTP: set for the tenant; kept quiet for a while by each for themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from watchfloor.aiops.alerts.sounding import Kind, Sound, Tone
from watchfloor.noc.sounds import selectors, services
from watchfloor.platform.accounts.api.request import viewer_of, whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.tenancy import settings

router = Router(tags=["sounds"])


class SoundBody(Schema):
    model_config = ConfigDict(extra="forbid")
    tone: Tone
    every: int = Field(0, description="seconds until it sounds again; 0: once", ge=0, strict=True)


class SoundsBody(Schema):
    """By what happens; what is left out makes no sound. The first two must be heard."""

    model_config = ConfigDict(extra="forbid")
    LIFE_SAFETY: SoundBody
    UNCLAIMED: SoundBody = Field(description="a critical that nobody has looked at for a minute")
    CRITICAL: SoundBody | None = None
    HIGH: SoundBody | None = None
    MEDIUM: SoundBody | None = None
    LOW: SoundBody | None = None
    INFO: SoundBody | None = None


class MuteIn(Schema):
    minutes: int = Field(15, description="15, 60 or 480", strict=True)


class MuteOut(Schema):
    until: datetime


@router.get("/sounds", response=SoundsBody, auth=needs(VIEW))
def show_sounds(request: HttpRequest) -> dict[str, Any]:
    return _told(selectors.policy(settings.own()))


@router.put("/sounds", response=SoundsBody, auth=needs(CONFIGURE))
def change_sounds(request: HttpRequest, body: SoundsBody) -> dict[str, Any]:
    """Set all sounds of the tenant. Open pages follow at once."""
    by = whole_tenant(request).actor
    given = {Kind(kind): Sound(**one) for kind, one in body.dict(exclude_none=True).items()}
    return _told(services.change(given, by=by, now=timezone.now()))


@router.post("/sounds/mute", response=MuteOut, auth=needs(VIEW))
def mute(request: HttpRequest, body: MuteIn) -> dict[str, Any]:
    """Keep one's own desks quiet. Life safety sounds there too when nobody looks at it."""
    by = viewer_of(request).actor
    return {"until": services.mute(body.minutes, by=by, now=timezone.now())}


@router.post("/sounds/mute/end", response={204: None}, auth=needs(VIEW))
def unmute(request: HttpRequest) -> Status[None]:
    services.unmute(by=viewer_of(request).actor, now=timezone.now())
    return Status(204, None)


def _told(policy: selectors.Policy) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(dict(policy))
    return found
