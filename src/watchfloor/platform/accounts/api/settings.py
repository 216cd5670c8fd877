"""The tenant's own settings over HTTP."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import AfterValidator, ConfigDict, Field

from watchfloor.platform.accounts import organisation
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.organisation import MOST_DESKS, Organisation
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.zones import known_zone

router = Router(tags=["settings"], auth=needs(CONFIGURE))
Zone = Annotated[str, AfterValidator(known_zone)]


class SettingsIn(Schema):
    """What is left out, or null, is as if it had never been set."""

    model_config = ConfigDict(extra="forbid")
    desks: int | None = Field(
        None, ge=1, le=MOST_DESKS, strict=True, description="least operators that figures count"
    )
    time_zone: Zone | None = Field(None, description="IANA name; null: that of most of the sites")


class SettingsOut(Schema):
    desks: int | None
    time_zone: str | None


@router.get("/settings", response=SettingsOut)
def show_settings(request: HttpRequest) -> Organisation:
    whole_tenant(request)
    return organisation.read()


@router.put("/settings", response=SettingsOut)
def change_settings(request: HttpRequest, body: SettingsIn) -> Organisation:
    wanted = Organisation(body.desks, body.time_zone)
    by = whole_tenant(request).actor
    return organisation.change(wanted, by=by, now=timezone.now())
