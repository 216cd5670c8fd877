"""The links to the video system over HTTP: set for the tenant, and for single clients."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.org.models import Client
from watchfloor.domain.video import selectors, services
from watchfloor.domain.video.selectors import ALL_CLIENTS, Templates
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import NotFound
from watchfloor.platform.tenancy import settings

router = Router(tags=["video"])
EXAMPLE = "https://vms.example/live?camera={camera}&at={at}"


class LinkIn(Schema):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    template: str = Field(
        description="an address with {camera}, {site}, {client}, {at} (ISO 8601, UTC) or {at_ms} "
        'where codes and the moment go; "" takes the link away',
        examples=[EXAMPLE],
    )


class LinkOut(Schema):
    client_id: UUID
    template: str


class LinksOut(Schema):
    template: str = Field(description='of every client that has none of its own; "": none')
    clients: list[LinkOut]


@router.get("/video", response=LinksOut, auth=needs(CONFIGURE))
def show_video(request: HttpRequest) -> dict[str, Any]:
    whole_tenant(request)
    return _told(selectors.templates(settings.own()))


@router.put("/video", response=LinksOut, auth=needs(CONFIGURE))
def change_video(request: HttpRequest, body: LinkIn) -> dict[str, Any]:
    """Set where the cameras are seen of all clients that have no link of their own."""
    return _changed(request, body, None)


@router.put("/video/clients/{client_id}", response=LinksOut, auth=needs(CONFIGURE))
def change_video_of_client(request: HttpRequest, client_id: UUID, body: LinkIn) -> dict[str, Any]:
    """Set where the cameras of one client are seen, in the place of the tenant's link."""
    client = inventory.clients_for(whole_tenant(request).scope).filter(pk=client_id).first()
    if client is None:
        raise NotFound("There is no such client.")
    return _changed(request, body, client)


def _changed(request: HttpRequest, body: LinkIn, client: Client | None) -> dict[str, Any]:
    by, now = whole_tenant(request).actor, timezone.now()
    return _told(services.change(body.template, client=client, by=by, now=now))


def _told(kept: Templates) -> dict[str, Any]:
    own = [{"client_id": key, "template": one} for key, one in kept.items() if key != ALL_CLIENTS]
    return {"template": kept.get(ALL_CLIENTS, ""), "clients": own}
