"""The limits of the rules over HTTP; thresholds are a register, with an API of their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.sensing.thresholds import selectors
from watchfloor.sensing.thresholds.models import Threshold

router = Router(tags=["limits"])


class SetOut(Schema):
    id: UUID = Field(description="of the threshold")
    client: str | None
    site: str | None
    value: float


class LimitOut(Schema):
    name: str
    says: str = Field(description="what it decides")
    unit: str
    default: float
    low: float
    high: float
    everywhere: float = Field(description="what holds where no client and no site has its own")
    places: list[SetOut] = Field(description="what is set at your places")


class LimitsOut(Schema):
    items: list[LimitOut]


@router.get("/limits", auth=needs(VIEW), response=LimitsOut)
def list_limits(request: HttpRequest) -> dict[str, Any]:
    """List what rules decide by, what is shipped, and what is set where."""
    return {"items": [_limit(one) for one in selectors.standing(viewer_of(request).scope)]}


def _limit(one: selectors.Standing) -> dict[str, Any]:
    names = ("name", "says", "unit", "default", "low", "high")
    said = {name: getattr(one.limit, name) for name in names}
    return said | {"everywhere": one.everywhere, "places": [_set(row) for row in one.places]}


def _set(row: Threshold) -> dict[str, Any]:
    return {
        "id": row.pk,
        "client": row.client and row.client.code,
        "site": row.site and row.site.code,
        "value": row.value,
    }
