"""Scorecards over HTTP: each site and day, with what was counted and what was missed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from watchfloor.aiops.scorecard.score import Pillar, Status
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.paging import Page, PageQuery, page
from watchfloor.sensing.scorecard import selectors
from watchfloor.sensing.scorecard.models import NonNegotiablesScorecard

router = Router(tags=["scorecard"], auth=needs(VIEW))


class ScorecardQuery(PageQuery):
    day: date | None = None
    site: str = Field("", max_length=100, description="code")
    status: Status | None = None


class MissedOut(Schema):
    kind: str = Field(description="shift, tour, incident, finding, person, ticket, report")
    ref: str = Field(description="its code, or the id of an incident or finding")
    said: str


class PillarOut(Schema):
    good: int
    of: int = Field(description="0: nothing was to be counted, so nothing is known")
    score: float | None
    status: Status | None
    missed: list[MissedOut] = Field(description="the first fifty")
    untold: list[str] = Field(description="what nobody told of: it counts for nothing")


class ScorecardOut(Schema):
    id: UUID
    site: str = Field(description="code")
    day: date
    score: float | None = Field(description="mean of the pillars that are known")
    status: Status | None = Field(description="of the worst that is known")
    pillars: dict[str, PillarOut]
    counted_at: datetime


@router.get("/scorecards", response=Page[ScorecardOut])
def list_scorecards(request: HttpRequest, asked: Query[ScorecardQuery]) -> dict[str, Any]:
    wanted = {"day": asked.day, "site__code": asked.site, "status": asked.status}
    found = selectors.visible(viewer_of(request).scope).filter(
        **{name: value for name, value in wanted.items() if value}
    )
    return page(request, asked, found, order=selectors.ORDER, render=_row)


@router.get("/scorecards/{card_id}", response=ScorecardOut)
def show_scorecard(request: HttpRequest, card_id: UUID) -> dict[str, Any]:
    return _row(selectors.one(viewer_of(request).scope, card_id))


def _row(row: NonNegotiablesScorecard) -> dict[str, Any]:
    pillars = selectors.pillars_of(row)
    return {
        "id": row.pk,
        "site": row.site.code,
        "day": row.day,
        "score": row.score,
        "status": row.status or None,
        "pillars": {code: _pillar(one) for code, one in pillars.items()},
        "counted_at": row.counted_at,
    }


def _pillar(one: Pillar) -> dict[str, Any]:
    names = ("good", "of", "score", "status", "missed", "untold")
    return {name: getattr(one, name) for name in names}
