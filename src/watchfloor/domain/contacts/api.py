"""Call lists over HTTP: read, replaced, imported."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from watchfloor.domain.contacts import selectors, services
from watchfloor.domain.contacts.specs import ContactSpec
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.org.models import Site
from watchfloor.platform.accounts.api.request import viewer_of, whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.errors import NotFound
from watchfloor.platform.importing import ImportOut

router = Router(tags=["call lists"])


class ContactOut(Schema):
    """Name and number are there for who may see persons."""

    id: UUID
    position: int
    role: str
    hours: str
    may_be_called: bool = Field(description="whether it is one of the hours, at the site")
    name: str | None = None
    phone: str | None = None


class CallListIn(Schema):
    contacts: list[ContactSpec] = Field(max_length=services.MOST)
    seen: list[UUID] | None = Field(
        None, description="ids of the list that this one replaces: refused if it is another by now"
    )


class CallListsIn(Schema):
    rows: list[dict[str, Any]] = Field(description="site, name, phone, role, hours; in order")
    dry_run: bool = False


@router.get("/sites/{site_id}/call-list", auth=needs(VIEW), response=list[ContactOut])
def show_call_list(request: HttpRequest, site_id: UUID) -> list[dict[str, object]]:
    viewer = viewer_of(request)
    return _rows(viewer, _site(viewer, site_id), timezone.now())


@router.put("/sites/{site_id}/call-list", auth=needs(CONFIGURE), response=list[ContactOut])
def replace_call_list(
    request: HttpRequest, site_id: UUID, body: CallListIn
) -> list[dict[str, object]]:
    viewer, now = viewer_of(request), timezone.now()
    site = _site(viewer, site_id)
    services.replace(site, body.contacts, seen=body.seen, by=viewer.actor, now=now)
    return _rows(viewer, site, now)


@router.post("/call-lists/import", auth=needs(CONFIGURE), response={200: ImportOut, 422: ImportOut})
def import_call_lists(request: HttpRequest, body: CallListsIn) -> Status[dict[str, Any]]:
    """Replace the call lists of the sites that the rows name; any error changes nothing."""
    viewer = whole_tenant(request)
    report = services.import_call_lists(
        body.rows, by=viewer.actor, now=timezone.now(), dry_run=body.dry_run
    )
    return Status(422 if report.errors else 200, asdict(report))


def _site(viewer: Viewer, site_id: UUID) -> Site:
    site = inventory.sites_for(viewer.scope).filter(pk=site_id).first()
    if site is None:
        raise NotFound("There is no such site.")
    return site


def _rows(viewer: Viewer, site: Site, now: datetime) -> list[dict[str, object]]:
    within = viewer.names_within
    found = selectors.contacts_for(viewer.scope).filter(site=site)
    return [selectors.contact_row(contact, within, now) for contact in found]
