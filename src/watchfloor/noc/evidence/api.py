"""Attachments over HTTP: list, add, fetch; and an incident's evidence pack."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from watchfloor.noc.evidence import pack, selectors, services
from watchfloor.noc.evidence.models import Attachment
from watchfloor.noc.incidents import partial
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, EXPORT, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.paging import Page, PageQuery, page
from watchfloor.platform.streaming import download

router = Router(tags=["evidence"])
BYTES = {"type": "string", "format": "binary"}
UPLOAD = {"requestBody": {"content": {"application/octet-stream": {"schema": BYTES}}}}


class AttachmentQuery(PageQuery):
    incident: UUID | None = None


class UploadQuery(Schema):
    name: str = Field("", max_length=400, description="of the file; its kind is read from it")
    caption: str = Field("", max_length=2000)


class AttachmentOut(Schema):
    id: UUID
    incident_id: UUID
    name: str
    caption: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    added_by_kind: str
    added_by_id: str


@router.get("/attachments", auth=needs(VIEW), response=Page[AttachmentOut])
def list_attachments(request: HttpRequest, asked: Query[AttachmentQuery]) -> dict[str, Any]:
    found = selectors.visible(viewer_of(request))
    if asked.incident:
        found = found.filter(incident_id=asked.incident)
    return page(request, asked, found, order=("-added_at", "-id"), render=lambda row: row)


@router.get("/attachments/{attachment_id}", auth=needs(VIEW), response=AttachmentOut)
def show_attachment(request: HttpRequest, attachment_id: UUID) -> Attachment:
    return selectors.one(viewer_of(request), attachment_id)


@router.get("/attachments/{attachment_id}/content", auth=needs(VIEW), response={200: bytes})
def attachment_content(request: HttpRequest, attachment_id: UUID) -> StreamingHttpResponse:
    """Answer with the bytes. Whoever fetches them is in the audit trail."""
    viewer = viewer_of(request)
    found = selectors.one(viewer, attachment_id)
    file = services.open_content(found, by=viewer.actor, now=timezone.now())
    return download(request, file, name=found.name, media_type=found.media_type)


@router.post(
    "/incidents/{incident_id}/attachments",
    auth=needs(ACK_ALERTS),
    response={201: AttachmentOut},
    openapi_extra=UPLOAD,
)
def attach(request: HttpRequest, incident_id: UUID, told: Query[UploadQuery]) -> Status[Attachment]:
    """Keep a picture or clip with an incident: the request's body is the file itself."""
    viewer = viewer_of(request)
    incident = incidents.one(viewer.scope, incident_id)
    made = services.attach(
        incident.pk, request, name=told.name, caption=told.caption,
        by=viewer.actor, now=timezone.now(),
    )  # fmt: skip
    return Status(201, made)


@router.get("/incidents/{incident_id}/evidence", auth=needs(EXPORT), response={200: bytes})
def evidence(request: HttpRequest, incident_id: UUID) -> StreamingHttpResponse:
    """Answer with all that is known of an incident as a zip whose hashes anybody can check."""
    viewer = viewer_of(request)
    incident = partial.whole(viewer.scope, incident_id)
    file = pack.write(incident, viewer, now=timezone.now())
    return download(request, file, name=f"{incident}-evidence.zip", media_type="application/zip")
