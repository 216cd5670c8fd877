"""Cards within somebody's bounds, and their pillars as they were counted."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from watchfloor.aiops.scorecard.pillars import PILLARS
from watchfloor.aiops.scorecard.score import Card, Pillar
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound
from watchfloor.sensing.scorecard.models import NonNegotiablesScorecard

ORDER = ("-day", "site_id", "id")
_UNKNOWN = Pillar(0, 0)


def visible(scope: Scope) -> QuerySet[NonNegotiablesScorecard]:
    found = NonNegotiablesScorecard.objects.select_related("site")
    return found.filter(scope.q("site__client_id", "site_id"))


def one(scope: Scope, card_id: UUID) -> NonNegotiablesScorecard:
    found = visible(scope).filter(pk=card_id).first()
    if found is None:
        raise NotFound("There is no such scorecard.")
    return found


def of_day(scope: Scope, day: date | None) -> QuerySet[NonNegotiablesScorecard]:
    """Return the cards of the day; none where no day was counted yet."""
    return visible(scope).filter(day=day) if day else visible(scope).none()


def newest_day(scope: Scope) -> date | None:
    return visible(scope).order_by("-day").values_list("day", flat=True).first()


def pillars_of(row: NonNegotiablesScorecard) -> Card:
    """Return all seven, in their order; one that was not counted yet on that day is unknown."""
    counted = msgspec.convert(row.pillars, dict[str, Pillar])
    return {code: counted.get(code, _UNKNOWN) for code in PILLARS}
