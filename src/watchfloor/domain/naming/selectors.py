"""The review queue of names."""

from __future__ import annotations

from django.db.models import QuerySet

from watchfloor.domain.naming.models import NameReview


def open_reviews() -> QuerySet[NameReview]:
    return NameReview.objects.filter(answered_at=None).order_by("-seen_count", "id")
