"""Trained models over HTTP. They advise for all clients: for all-clients grants only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from watchfloor.noc.clustering import advising
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.modelstore import services as modelstore
from watchfloor.platform.modelstore.models import ModelVersion, Stage
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["models"], auth=needs(CONFIGURE))


class ModelOut(Schema):
    id: UUID
    kind: str
    sha256: str
    stage: Stage
    created_at: datetime
    created_by_kind: str
    created_by_id: str
    promoted_at: datetime | None
    passes: bool = Field(description="whether it beat the rules alone on later data")
    gate: dict[str, Any] = Field(description="both sides' figures, and the reasons it stays out")
    trained: dict[str, Any] = Field(description="on what, and how")


class RolledBackOut(Schema):
    live: ModelOut | None = Field(description="null: the rules decide alone")


@router.get("/models", response=Page[ModelOut])
def list_models(request: HttpRequest, paging: Query[PageQuery]) -> Any:
    whole_tenant(request)
    found = modelstore.versions()
    return page(request, paging, found, order=("-created_at", "-id"), render=_told)


# Before the address with an id in it, which would take the word for one.
@router.post("/models/roll-back", response=RolledBackOut)
def roll_back(request: HttpRequest) -> Any:
    """Return to the model that advised before, or to the rules alone, from the next batch on."""
    row = advising.rollback(by=_by(request), now=timezone.now())
    return {"live": None if row is None else _told(row)}


@router.get("/models/{model_id}", response=ModelOut)
def show(request: HttpRequest, model_id: UUID) -> Any:
    whole_tenant(request)
    return _told(modelstore.version(str(model_id)))


@router.post("/models/{model_id}/promote", response=ModelOut)
def promote(request: HttpRequest, model_id: UUID) -> Any:
    """Have a model that passed its gate advise from the next batch on."""
    return _told(advising.promote(model_id, by=_by(request), now=timezone.now()))


def _told(row: ModelVersion) -> dict[str, Any]:
    gate = row.card.get("gate", {})
    shown = {name: getattr(row, name) for name in ModelOut.model_fields if hasattr(row, name)}
    return shown | {
        "passes": gate.get("passes") is True,
        "gate": gate,
        "trained": row.card.get("trained", {}),
    }


def _by(request: HttpRequest) -> Actor:
    return whole_tenant(request).actor
