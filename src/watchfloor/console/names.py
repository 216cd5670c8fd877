"""Questions about senders' names, each with what it may mean and how many alerts wait for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from watchfloor.domain.naming import selectors
from watchfloor.domain.naming.models import Answer, NameReview
from watchfloor.domain.naming.selectors import Named
from watchfloor.noc.alerts import standing
from watchfloor.platform.accounts.models import Integration

ANSWERS: Mapping[str, str] = {
    Answer.ALIAS: "means",
    Answer.NEW: "is new:",
    Answer.DISMISSED: "stays text",
}
LATELY = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that the name may mean, and how like it is, of 1."""

    row: Named
    score: float


@dataclass(frozen=True, slots=True)
class Question:
    review: NameReview
    sender: str
    waiting: int
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody said lately, which can be taken back."""

    review: NameReview
    did: str
    row: Named | None


def asked(
    reviews: Sequence[NameReview], lately: Sequence[NameReview]
) -> tuple[list[Question], list[Answered]]:
    """Return the reviews as the page shows them. Three queries, however many they are."""
    codes = {one["code"] for review in reviews for one in review.candidates}
    rows = selectors.rows_named({one.target_id for one in lately if one.target_id}, codes)
    by_code = {(row.kind, row.code): row for row in rows}
    by_id = {row.id: row for row in rows}
    senders = _senders(reviews)
    waiting = standing.waiting_for(_names(reviews))
    questions = [
        Question(
            review,
            senders.get(review.integration_id, ""),
            waiting.get((review.kind, review.text.lower()), 0),
            list(_candidates(review, by_code)),
        )
        for review in reviews
    ]
    return questions, [_answered(review, by_id) for review in lately]


def _candidates(review: NameReview, rows: Mapping[tuple[str, str], Named]) -> Sequence[Candidate]:
    """Return those that are still there, best first."""
    found = ((rows.get((review.kind, one["code"])), one["score"]) for one in review.candidates)
    return [Candidate(row, score) for row, score in found if row is not None]


def _answered(review: NameReview, rows: Mapping[UUID, Named]) -> Answered:
    row = rows.get(review.target_id) if review.target_id else None
    return Answered(review, ANSWERS[review.answer], row)


def _senders(reviews: Sequence[NameReview]) -> Mapping[int | None, str]:
    numbers = {review.integration_id for review in reviews if review.integration_id}
    found = Integration.objects.filter(number__in=numbers)
    return dict(found.values_list("number", "name"))


def _names(reviews: Sequence[NameReview]) -> Mapping[str, set[str]]:
    names: defaultdict[str, set[str]] = defaultdict(set)
    for review in reviews:
        names[review.kind].add(review.text)
    return names
