"""Codes at sign-in over HTTP: which roles need them, and turning somebody's off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import AwareDatetime, ConfigDict, Field

from watchfloor.platform.accounts import factors, requiring, services
from watchfloor.platform.accounts.api.request import not_oneself, whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.requiring import Rule

router = Router(tags=["users"], auth=needs(CONFIGURE))


class CodesRule(Schema):
    """Who holds one of the roles needs codes from then on; none: nobody does."""

    model_config = ConfigDict(extra="forbid")
    roles: list[str] = Field(default_factory=list, max_length=20)
    starts_at: AwareDatetime | None = Field(
        None, description="until then people are reminded; holds from the next sign-in"
    )


@router.get("/codes-rule", response=CodesRule)
def show_codes_rule(request: HttpRequest) -> Any:
    whole_tenant(request)
    return requiring.read()


@router.put("/codes-rule", response=CodesRule)
def change_codes_rule(request: HttpRequest, body: CodesRule) -> Any:
    by = whole_tenant(request).actor
    rule = Rule(tuple(body.roles), body.starts_at)
    return requiring.change(rule, by=by, now=timezone.now())


@router.post("/users/{user_id}/codes/end", response={204: None})
def end_codes(request: HttpRequest, user_id: UUID) -> Status[None]:
    """Turn codes off for somebody who lost their phone. Nobody does it to themselves."""
    viewer = not_oneself(request, user_id)
    factors.end(services.user_of_tenant(user_id), by=viewer.actor, now=timezone.now())
    return Status(204, None)
