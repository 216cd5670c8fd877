"""Handovers over HTTP: written by the one who goes, taken over by the one who comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from watchfloor.noc.alerts.checks import LONGEST_TEXT
from watchfloor.noc.handover import selectors, services
from watchfloor.noc.handover.models import Handover
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, VIEW
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import Denied
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["handovers"])


class HandoverIn(Schema):
    since: AwareDatetime = Field(description="when the shift began, at most 72 hours ago")
    note: str = Field("", max_length=LONGEST_TEXT)


class HandoverOut(Schema):
    id: UUID
    starts_at: datetime
    ends_at: datetime
    written_by: str
    note: str
    acknowledged_at: datetime | None
    acknowledged_by: str


class HandoverDetailOut(HandoverOut):
    contents: dict[str, Any] = Field(
        description="work (what is open), alarms, came, ended, calls, skipped, endings, quiet, "
        "released, desks; as it stood at `ends_at`"
    )


@router.get("/handovers", auth=needs(VIEW), response=Page[HandoverOut])
def list_handovers(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    """List the handovers that were written within what the caller may see, the newest first."""
    found = selectors.visible(viewer_of(request).scope)
    return page(request, paging, found, order=("-ends_at", "-id"), render=_told)


@router.get("/handovers/{handover_id}", auth=needs(VIEW), response=HandoverDetailOut)
def show_handover(request: HttpRequest, handover_id: UUID) -> dict[str, Any]:
    found = selectors.one(viewer_of(request).scope, handover_id)
    return _told(found) | {"contents": found.contents}


@router.post("/handovers", auth=needs(ACK_ALERTS), response={201: HandoverOut})
def write_handover(request: HttpRequest, body: HandoverIn) -> Status[dict[str, Any]]:
    """Keep what the caller's shift leaves, as it stands now. It never changes afterwards."""
    user, scope = _person(request), viewer_of(request).scope
    row = services.write(user, scope, since=body.since, note=body.note, now=timezone.now())
    return Status(201, _told(row))


@router.post("/handovers/{handover_id}/acknowledge", auth=needs(ACK_ALERTS), response=HandoverOut)
def acknowledge_handover(request: HttpRequest, handover_id: UUID) -> dict[str, Any]:
    """Take over; the name and the time are kept. One's own cannot be taken over: 409."""
    found = selectors.one(viewer_of(request).scope, handover_id)
    return _told(services.acknowledge(_person(request), found, now=timezone.now()))


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Denied("A shift is a person's: sign in.")
    return request.user


def _told(row: Handover) -> dict[str, Any]:
    return {
        "id": row.pk,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "written_by": str(row.written_by or row.contents["by"]),
        "note": row.note,
        "acknowledged_at": row.acknowledged_at,
        "acknowledged_by": str(row.acknowledged_by or ""),
    }
