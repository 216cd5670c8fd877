"""Questions about names, and what rows they may mean."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, Value

from watchfloor.domain.naming.models import NameReview
from watchfloor.domain.naming.rows import MODELS


class Named(NamedTuple):
    """A row of the inventory, of any kind."""

    kind: str
    id: UUID
    code: str
    name: str


def open_reviews() -> QuerySet[NameReview]:
    return NameReview.objects.filter(answered_at=None).order_by("-seen_count", "id")


def answered_reviews() -> QuerySet[NameReview]:
    """Return what people answered, the latest first."""
    return NameReview.objects.exclude(answer="").order_by("-answered_at", "id")


def rows_named(ids: Collection[UUID], codes: Collection[str]) -> list[Named]:
    """Return the rows of all kinds that have one of these ids or codes. One query."""
    first, *others = (
        rows.objects.filter(Q(pk__in=ids) | Q(code__in=codes))
        .annotate(row_kind=Value(kind.value, output_field=CharField()))
        .values_list("row_kind", "id", "code", "name")
        for kind, rows in MODELS.items()
    )
    return [Named(*row) for row in first.union(*others, all=True)]
