"""What is kept of one person over HTTP: handed out, or erased."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from watchfloor.domain.people.models import Person
from watchfloor.domain.privacy import services
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE, EXPORT, VIEW_PII
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.errors import Denied, NotFound

router = Router(tags=["privacy"])


class PersonKept(Schema):
    code: str
    exported_at: str
    tables: dict[str, list[dict[str, Any]]]


class EraseIn(Schema):
    confirm: str = Field(max_length=100, description="the person's code")


class Erased(Schema):
    changed: dict[str, int] = Field(description="rows changed or deleted, by table")


@router.get("/people/{row_id}/kept", auth=needs(EXPORT), response=PersonKept)
def export_person(request: HttpRequest, row_id: UUID) -> dict[str, Any]:
    """All that is kept of the person, for the person. Leaves an audit row."""
    viewer = _who_sees_persons(request)
    return services.export(_person(row_id), by=viewer.actor, now=timezone.now())


@router.post("/people/{row_id}/erase", auth=needs(CONFIGURE), response=Erased)
def erase_person(request: HttpRequest, row_id: UUID, body: EraseIn) -> dict[str, Any]:
    """Take the person out of everything that is kept. It cannot be taken back."""
    viewer = _who_sees_persons(request)
    changed = services.erase(
        _person(row_id), confirm=body.confirm, by=viewer.actor, now=timezone.now()
    )
    return {"changed": changed}


def _who_sees_persons(request: HttpRequest) -> Viewer:
    viewer = whole_tenant(request)
    if not viewer.names_within.all_clients:
        raise Denied(f"This needs {VIEW_PII}.", capability=VIEW_PII)
    return viewer


def _person(row_id: UUID) -> Person:
    person = Person.objects.filter(pk=row_id).first()
    if person is None:
        raise NotFound("There is no such person.")
    return person
