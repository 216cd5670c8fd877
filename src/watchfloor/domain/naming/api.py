"""Questions about senders' names over HTTP: listed, answered, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from watchfloor.domain.naming import answers, selectors
from watchfloor.domain.naming.models import NameReview
from watchfloor.platform.accounts.api.request import viewer_of, whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import NotFound
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["names"])


class ReviewQuery(PageQuery):
    state: Literal["open", "answered"] = "open"


class ReviewOut(Schema):
    id: UUID
    kind: str
    text: str
    candidates: list[dict[str, Any]]
    integration_id: int | None = Field(description="who sent the name first")
    seen_count: int
    first_seen_at: datetime
    answered_at: datetime | None
    answer: str = Field(description="alias, new or dismissed; empty while it is asked")
    target_id: UUID | None


class AnswerIn(Schema):
    target_id: UUID


class NewOut(Schema):
    target_id: UUID = Field(description="the row that the name is now")


@router.get("/name-reviews", auth=needs(CONFIGURE), response=Page[ReviewOut])
def list_reviews(request: HttpRequest, asked: Query[ReviewQuery]) -> dict[str, Any]:
    whole_tenant(request)
    is_open = asked.state == "open"
    rows = selectors.open_reviews() if is_open else selectors.answered_reviews()
    order = ("-seen_count", "id") if is_open else ("-answered_at", "id")
    return page(request, asked, rows, order=order, render=_itself)


@router.get("/name-reviews/{review_id}", auth=needs(CONFIGURE), response=ReviewOut)
def show_review(request: HttpRequest, review_id: UUID) -> NameReview:
    return _one(request, NameReview.objects.all(), review_id)


@router.post("/name-reviews/{review_id}/answer", auth=needs(CONFIGURE), response={204: None})
def answer_review(request: HttpRequest, review_id: UUID, body: AnswerIn) -> Status[None]:
    """Say which row the name means: it becomes an alias."""
    review = _one(request, selectors.open_reviews(), review_id)
    answers.means(review, body.target_id, by=viewer_of(request).actor, now=timezone.now())
    return Status(204, None)


@router.post("/name-reviews/{review_id}/new", auth=needs(CONFIGURE), response=NewOut)
def make_new(request: HttpRequest, review_id: UUID) -> dict[str, UUID]:
    """Take the name for something that the inventory lacked."""
    review = _one(request, selectors.open_reviews(), review_id)
    made = answers.is_new(review, by=viewer_of(request).actor, now=timezone.now())
    return {"target_id": made}


@router.post("/name-reviews/{review_id}/dismiss", auth=needs(CONFIGURE), response={204: None})
def dismiss_review(request: HttpRequest, review_id: UUID) -> Status[None]:
    """Leave the name as text, and ask about it no more."""
    review = _one(request, selectors.open_reviews(), review_id)
    answers.dismiss(review, by=viewer_of(request).actor, now=timezone.now())
    return Status(204, None)


@router.post("/name-reviews/{review_id}/take-back", auth=needs(CONFIGURE), response={204: None})
def take_back(request: HttpRequest, review_id: UUID) -> Status[None]:
    """Undo any answer: firing alerts are untied, how they were grouped meanwhile stays."""
    review = _one(request, selectors.answered_reviews(), review_id)
    answers.take_back(review, by=viewer_of(request).actor, now=timezone.now())
    return Status(204, None)


def _itself(row: NameReview) -> NameReview:
    return row


def _one(request: HttpRequest, rows: QuerySet[NameReview], review_id: UUID) -> NameReview:
    whole_tenant(request)
    review = rows.filter(pk=review_id).first()
    if review is None:
        raise NotFound("There is no such question.")
    return review
