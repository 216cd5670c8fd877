"""The rhythm of a source over HTTP: how it speaks, when it would be silent, who says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from watchfloor.noc.rhythm import selectors, services
from watchfloor.noc.rhythm.models import LimitBy, SourceRhythm
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import INTEGRATIONS_MANAGE
from watchfloor.platform.accounts.models import Integration
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import NotFound

router = Router(tags=["senders"], auth=needs(INTEGRATIONS_MANAGE))


class RhythmIn(Schema):
    model_config = ConfigDict(extra="forbid")
    limit_by: LimitBy = Field(description="`learnt`, after fixed `minutes`, or `off`")
    minutes: int | None = Field(None, ge=services.SHORTEST, le=services.LONGEST)


class RhythmOut(Schema):
    limit_by: LimitBy
    silent_after_seconds: int | None = Field(description="null: it is never called silent")
    usual_seconds: int | None = Field(description="from one word to the next, at this hour")
    unknown: Literal["new", "rare"] | None = Field(description="why nothing is learnt yet")
    quiet_since: datetime
    listened_since: datetime
    silent_since: datetime | None = Field(description="while an alert of its silence fires")


@router.get("/integrations/{number}/rhythm", response=RhythmOut)
def show_rhythm(request: HttpRequest, number: int) -> dict[str, Any]:
    whole_tenant(request)
    source = Integration.objects.select_related("rhythm").filter(number=number).first()
    if source is None:
        raise NotFound("There is no such integration.")
    row = getattr(source, "rhythm", None) or services.begun(source, timezone.now())
    return _shown(row)


@router.put("/integrations/{number}/rhythm", response=RhythmOut)
def set_limit(request: HttpRequest, number: int, body: RhythmIn) -> dict[str, Any]:
    """Say when the source is silent: as learnt, after fixed minutes, or never."""
    viewer = whole_tenant(request)
    now = timezone.now()
    return _shown(
        services.set_limit(number, body.limit_by, minutes=body.minutes, by=viewer.actor, now=now)
    )


def _shown(row: SourceRhythm) -> dict[str, Any]:
    stands = selectors.standing(row)
    return {
        "limit_by": stands.limit_by,
        "silent_after_seconds": stands.limit and round(stands.limit.total_seconds()),
        "usual_seconds": stands.usual and round(stands.usual.total_seconds()),
        "unknown": stands.unknown,
        "quiet_since": stands.quiet_since,
        "listened_since": stands.listened_since,
        "silent_since": stands.silent_since,
    }
