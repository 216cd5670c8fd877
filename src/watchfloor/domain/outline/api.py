"""The outline over HTTP: whoever sees sites sees it, who manages all of the tenant sets it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import AfterValidator, ConfigDict, Field

from watchfloor.domain.outline import services
from watchfloor.domain.outline.models import Outline
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import NotFound

router = Router(tags=["outline"])


def _no_nul(text: str) -> str:
    return text.replace("\0", "")


class OutlineIn(Schema):
    model_config = ConfigDict(str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_no_nul)]
    geojson: dict[str, Any] = Field(
        description="lines and polygons in degrees; properties are not kept"
    )


class ShapeOut(Schema):
    is_area: bool
    rings: list[list[tuple[float, float]]] = Field(description="points as longitude, latitude")


class OutlineOut(Schema):
    name: str
    points: int
    set_at: datetime
    shapes: list[ShapeOut]


@router.get("/outline", auth=needs(VIEW), response=OutlineOut)
def show_outline(request: HttpRequest) -> Outline:
    return _outline()


@router.put("/outline", auth=needs(CONFIGURE), response=OutlineOut)
def set_outline(request: HttpRequest, body: OutlineIn) -> Outline:
    """Set what the map shows beneath the sites, in the place of what there was."""
    viewer = whole_tenant(request)
    return services.put(body.name, body.geojson, by=viewer.actor, now=timezone.now())


@router.delete("/outline", auth=needs(CONFIGURE), response={204: None})
def remove_outline(request: HttpRequest) -> Status[None]:
    viewer = whole_tenant(request)
    services.remove(_outline(), by=viewer.actor, now=timezone.now())
    return Status(204, None)


def _outline() -> Outline:
    found = Outline.objects.first()
    if found is None:
        raise NotFound("There is no outline.")
    return found
