"""Profiles of the week over HTTP: what is expected, what departed from it, and what people say."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from watchfloor.aiops.baselines.judging import Sensitivity, Side
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.paging import Page, PageQuery, page
from watchfloor.sensing.baselines import selectors, tuning
from watchfloor.sensing.baselines.models import BaselineDeparture, BaselineProfile
from watchfloor.sensing.baselines.selectors import Cell
from watchfloor.sensing.baselines.tuning import Offer

router = Router(tags=["baselines"])


class ProfileQuery(PageQuery):
    metric: str = Field("", max_length=40)
    site: str = Field("", max_length=100, description="code")


class DepartureQuery(ProfileQuery):
    is_over: bool | None = None


class ProfileOut(Schema):
    id: UUID
    site: str = Field(description="code")
    metric: str
    sensitivity: Sensitivity
    budget: float = Field(description="false alarms a week that it may cost")
    level: float | None = Field(description="of the last two weeks beside those before")
    stable_share: float = Field(description="of the hours of the week, with 30 samples and more")
    counted_until: datetime | None


class CellOut(Schema):
    slot: int = Field(description="hour of the week on the site's clock; Monday midnight is 0")
    expected: float
    low: int
    high: int
    is_stable: bool
    count: int | None = Field(description="of the last one")


class ProfileDetailOut(ProfileOut):
    week: list[CellOut] = Field(description="empty while less than two weeks are known")


class SensitivityIn(Schema):
    model_config = ConfigDict(extra="forbid")
    sensitivity: Sensitivity


class OfferOut(Schema):
    sensitivity: Sensitivity
    budget: float = Field(description="false alarms a week that it may cost")
    alarms: int = Field(description="that the last 30 days would have brought")
    false_share: float | None = Field(description="of those that people judged")


class DepartureOut(Schema):
    id: UUID
    profile_id: UUID
    site: str
    metric: str
    side: Side
    began_at: datetime
    last_at: datetime
    is_over: bool
    at: datetime = Field(description="beginning of its rarest hour")
    span: int = Field(description="hours up to the end of that one")
    count: int
    expected: float
    a_week: float = Field(description="how often a week chance alone does so")
    is_stable: bool
    finding_id: UUID | None = Field(description="on which people work")
    was_false: bool | None = Field(description="as they said")


class ChangeOut(Schema):
    id: UUID
    at: datetime
    reason: str = Field(description="tuned, sensitivity, rollback")
    old_budget: float
    new_budget: float
    old_alarms: int = Field(description="that the last 30 days would have brought")
    new_alarms: int
    old_false_share: float | None
    new_false_share: float | None
    undoes_id: UUID | None


@router.get("/baselines", auth=needs(VIEW), response=Page[ProfileOut])
def list_profiles(request: HttpRequest, asked: Query[ProfileQuery]) -> dict[str, Any]:
    wanted = {"metric": asked.metric, "site__code": asked.site}
    found = selectors.profiles(viewer_of(request).scope).filter(
        **{name: value for name, value in wanted.items() if value}
    )
    return page(request, asked, found, order=selectors.ORDER, render=_profile)


@router.get("/baselines/{profile_id}", auth=needs(VIEW), response=ProfileDetailOut)
def show_profile(request: HttpRequest, profile_id: UUID) -> dict[str, Any]:
    return _detail(selectors.profile(viewer_of(request).scope, profile_id))


@router.get("/baselines/{profile_id}/what-if", auth=needs(VIEW), response=list[OfferOut])
def show_offers(request: HttpRequest, profile_id: UUID) -> Any:
    """Replay the last 30 days of history with each sensitivity. Nothing changes."""
    row = selectors.profile(viewer_of(request).scope, profile_id)
    return [_offer(one) for one in tuning.offers(row, timezone.now())]


@router.put("/baselines/{profile_id}/sensitivity", auth=needs(CONFIGURE), response=ProfileOut)
def set_sensitivity(request: HttpRequest, profile_id: UUID, body: SensitivityIn) -> dict[str, Any]:
    """Say what it may cost in false alarms; what people's words moved begins anew."""
    viewer = viewer_of(request)
    selectors.profile(viewer.scope, profile_id)
    row = tuning.set_sensitivity(profile_id, body.sensitivity, by=viewer.actor, now=timezone.now())
    return _profile(row)


@router.get("/baselines/{profile_id}/changes", auth=needs(VIEW), response=list[ChangeOut])
def list_changes(request: HttpRequest, profile_id: UUID) -> Any:
    """Return the last hundred changes of its budget, the newest first."""
    row = selectors.profile(viewer_of(request).scope, profile_id)
    return list(row.changes.order_by("-at", "-id")[:100])


@router.post("/baselines/{profile_id}/changes/{change_id}/roll-back", auth=needs(CONFIGURE),
             response=ChangeOut)  # fmt: skip
def roll_back(request: HttpRequest, profile_id: UUID, change_id: UUID) -> Any:
    """Undo the last change of the budget."""
    viewer = viewer_of(request)
    row = selectors.profile(viewer.scope, profile_id)
    return tuning.roll_back(row, change_id, by=viewer.actor, now=timezone.now())


@router.get("/departures", auth=needs(VIEW), response=Page[DepartureOut])
def list_departures(request: HttpRequest, asked: Query[DepartureQuery]) -> dict[str, Any]:
    wanted = {
        "profile__metric": asked.metric or None,
        "profile__site__code": asked.site or None,
        "is_over": asked.is_over,
    }
    found = selectors.departures(viewer_of(request).scope).filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    return page(request, asked, found, order=selectors.LATEST, render=_departure)


@router.get("/departures/{departure_id}", auth=needs(VIEW), response=DepartureOut)
def show_departure(request: HttpRequest, departure_id: UUID) -> dict[str, Any]:
    return _departure(selectors.departure(viewer_of(request).scope, departure_id))


def _profile(row: BaselineProfile) -> dict[str, Any]:
    names = ("id", "metric", "sensitivity", "budget", "level", "stable_share")
    told = {name: getattr(row, name) for name in names}
    return told | {"site": row.site.code, "counted_until": selectors.counted_until(row)}


def _detail(row: BaselineProfile) -> dict[str, Any]:
    return _profile(row) | {"week": [_cell(cell) for cell in selectors.week(row)]}


def _offer(one: Offer) -> dict[str, Any]:
    told = {"sensitivity": one.sensitivity, "budget": one.sensitivity.budget}
    return told | {"alarms": one.alarms, "false_share": one.false_share}


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "slot": cell.slot,
        "expected": cell.expected,
        "low": cell.range.low,
        "high": cell.range.high,
        "is_stable": cell.is_stable,
        "count": cell.count,
    }


def _departure(row: BaselineDeparture) -> dict[str, Any]:
    known = DepartureOut.model_fields.keys() - {"site", "metric"}
    told = {name: getattr(row, name) for name in known}
    return told | {"site": row.profile.site.code, "metric": row.profile.metric}
