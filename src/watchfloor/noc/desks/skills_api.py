"""Skills over HTTP: what people know, what alarms need, and whether incidents are offered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from watchfloor.noc.desks import skills
from watchfloor.noc.desks.skills import LONGEST_WORD, MOST_WORDS, Need, Offering
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.services import user_of_tenant

router = Router(tags=["desks"], auth=needs(CONFIGURE))
MOST_NEEDS = 200


class SkillsDoc(Schema):
    model_config = ConfigDict(extra="forbid")
    skills: list[str] = Field(max_length=MOST_WORDS)


class NeedDoc(Schema):
    """Incidents with an alert of this type are offered first to who has this skill."""

    model_config = ConfigDict(extra="forbid")
    alert_type: str = Field(min_length=1, max_length=200)
    skill: str = Field(min_length=1, max_length=LONGEST_WORD)


class OfferingDoc(Schema):
    model_config = ConfigDict(extra="forbid")
    is_on: bool = Field(False, description="new incidents are offered to desks")
    needs: list[NeedDoc] = Field(default_factory=list, max_length=MOST_NEEDS)


@router.get("/users/{user_id}/skills", response=SkillsDoc)
def show_skills(request: HttpRequest, user_id: UUID) -> dict[str, Any]:
    whole_tenant(request)
    return {"skills": skills.of_user(user_of_tenant(user_id))}


@router.put("/users/{user_id}/skills", response=SkillsDoc)
def change_skills(request: HttpRequest, user_id: UUID, body: SkillsDoc) -> dict[str, Any]:
    """Say all that somebody knows."""
    by, user = whole_tenant(request).actor, user_of_tenant(user_id)
    return {"skills": skills.set_skills(user, body.skills, by=by, now=timezone.now())}


@router.get("/offering", response=OfferingDoc)
def show_offering(request: HttpRequest) -> Any:
    whole_tenant(request)
    return skills.offering()


@router.put("/offering", response=OfferingDoc)
def change_offering(request: HttpRequest, body: OfferingDoc) -> Any:
    by = whole_tenant(request).actor
    wanted = Offering(body.is_on, tuple(Need(one.alert_type, one.skill) for one in body.needs))
    return skills.change_offering(wanted, by=by, now=timezone.now())
