"""Fraud over HTTP: who has a score and why, and the cases that people look into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from watchfloor.aiops.fraud.score import Contribution
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.inventory import services as keeping
from watchfloor.domain.people.models import Person
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import REVIEW_FRAUD
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.paging import Page, PageQuery, page, page_of
from watchfloor.sensing.fraud import selectors, services
from watchfloor.sensing.fraud.models import CaseState, FraudCase
from watchfloor.sensing.fraud.selectors import Scored
from watchfloor.sensing.fraud.states import Action

router = Router(tags=["fraud"])


class CaseQuery(PageQuery):
    state: CaseState | None = None


class ContributionOut(Schema):
    detector: str
    at: datetime
    says: str
    confidence: float = Field(description="as it counted: borne out by reviews, and faded")
    share: float = Field(description="of the evidence; all parts make 1")


class SuspicionOut(Schema):
    detector: str
    at: datetime
    says: str
    confidence: float = Field(description="as the detector said")


class ScoreOut(Schema):
    person_id: UUID
    person: str | None = Field(description="code, to who may see it")
    score: float = Field(description="0 to 1; it fades by half in 10 days and never acts alone")
    level: str
    contributions: list[ContributionOut]


class CaseOut(Schema):
    id: UUID
    person_id: UUID
    person: str | None = Field(description="code, to who may see it")
    site: str | None = Field(description="code")
    state: CaseState
    score: float = Field(description="when it opened")
    opened_at: datetime
    decided_at: datetime | None
    contested_at: datetime | None
    contest: str = Field(description="what the person says")
    note: str
    version: int


class ProfileOut(Schema):
    """Of 90 days; null is not known."""

    attendances: int
    is_enough: bool = Field(description="30 and more")
    hours: list[int]
    weekdays: list[int] = Field(description="Monday is 0")
    sites: list[str]
    site_variety: int
    a_week: float | None
    punctual: float | None
    consistency: float | None
    night: float | None
    match_mean: float | None
    match_variance: float | None
    accuracy_m: float | None
    distance_m: float | None


class CaseDetailOut(CaseOut):
    probability: float | None = Field(description="as a model says that reviews confirm it")
    reasons: list[str] = Field(description="what speaks loudest in that model, for and against")
    explanation: list[ContributionOut] = Field(description="of the score when it opened")
    also_told: list[SuspicionOut] = Field(
        description="what else was told of the person, also while the case was open"
    )
    profile: ProfileOut


class CaseActIn(Schema):
    note: str = Field(min_length=1, max_length=4000, description="why; of a contest, what is said")
    version: int | None = Field(None, description="that was read; another one by now: 409")


_SUMMARIES: Mapping[Action, str] = {
    Action.CONFIRM: "Say that it was so",
    Action.CLEAR: "Say that it was not so: nothing of it counts any more",
    Action.CONTEST: "Say that the person contests it: nothing counts until somebody else decides",
}


@router.get("/fraud/scores", auth=needs(REVIEW_FRAUD), response=Page[ScoreOut])
def list_scores(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    """Return who has a score now, the highest first."""
    viewer = viewer_of(request)
    found = selectors.scores(viewer.acting(REVIEW_FRAUD).scope, timezone.now())
    return page_of(
        request, paging, found, key=selectors.by_score, render=lambda one: _scored(one, viewer)
    )


@router.get("/fraud/scores/{person_id}", auth=needs(REVIEW_FRAUD), response=ScoreOut)
def show_score(request: HttpRequest, person_id: UUID) -> dict[str, Any]:
    viewer, now = viewer_of(request), timezone.now()
    found = selectors.scored(viewer.acting(REVIEW_FRAUD).scope, person_id, now)
    keeping.note_reading(found.person, by=viewer.actor, now=now)
    return _scored(found, viewer)


@router.get("/fraud/cases", auth=needs(REVIEW_FRAUD), response=Page[CaseOut])
def list_cases(request: HttpRequest, asked: Query[CaseQuery]) -> dict[str, Any]:
    viewer = viewer_of(request)
    found = selectors.cases(viewer.acting(REVIEW_FRAUD).scope)
    if asked.state:
        found = found.filter(state=asked.state)
    return page(request, asked, found, order=selectors.ORDER, render=lambda row: _row(row, viewer))


@router.get("/fraud/cases/{case_id}", auth=needs(REVIEW_FRAUD), response=CaseDetailOut)
def show_case(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = selectors.case(viewer.acting(REVIEW_FRAUD).scope, case_id)
    keeping.note_reading(row.person, by=viewer.actor, now=timezone.now())
    return _detail(row, viewer)


def _acting(action: Action) -> Callable[..., dict[str, Any]]:
    def act_on_case(request: HttpRequest, case_id: UUID, body: CaseActIn) -> dict[str, Any]:
        viewer = viewer_of(request)
        selectors.case(viewer.acting(REVIEW_FRAUD).scope, case_id)
        said: dict[str, Any] = {"note": body.note, "version": body.version}
        done = services.act(case_id, action, by=viewer.actor, now=timezone.now(), **said)
        return _detail(done, viewer)

    return act_on_case


for _action, _summary in _SUMMARIES.items():
    router.post(
        f"/fraud/cases/{{case_id}}/{_action}",
        auth=needs(REVIEW_FRAUD),
        response=CaseDetailOut,
        operation_id=f"{_action}_fraud_case",
        summary=_summary,
    )(_acting(_action))


def _scored(one: Scored, viewer: Viewer) -> dict[str, Any]:
    return {
        "person_id": one.person.pk,
        "person": _code(one.person, viewer),
        "score": one.score.value,
        "level": one.score.level,
        "contributions": [_contribution(part) for part in one.score.contributions],
    }


def _row(row: FraudCase, viewer: Viewer) -> dict[str, Any]:
    names = CaseOut.model_fields.keys() - {"person", "site"}
    told = {name: getattr(row, name) for name in names}
    site = row.site.code if row.site else None
    return told | {"person": _code(row.person, viewer), "site": site}


def _detail(row: FraudCase, viewer: Viewer) -> dict[str, Any]:
    parts = msgspec.convert(row.explanation, list[Contribution])
    usual = selectors.profile_of(row.person_id, row.opened_at)
    return _row(row, viewer) | {
        "probability": row.probability,
        "reasons": row.reasons,
        "explanation": [_contribution(part) for part in parts],
        "also_told": list(selectors.also_told(row)),
        "profile": {**msgspec.structs.asdict(usual), "is_enough": usual.is_enough},
    }


def _contribution(part: Contribution) -> dict[str, Any]:
    given = part.suspicion
    return {
        "detector": given.detector,
        "at": given.at,
        "says": given.says,
        "confidence": part.confidence,
        "share": part.share,
    }


def _code(person: Person, viewer: Viewer) -> object:
    return inventory.person_row(person, viewer.names_within)["code"]
