"""Reading acts on many: somebody's own, and how far each of them is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from watchfloor.noc.bulk.models import BulkAct, BulkItem, ItemState
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import NotFound

MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """How many are in each state, and why some were refused or stand, most frequent first."""

    counts: Counter[str]
    reasons: list[tuple[str, int]]


def own(by: Actor) -> QuerySet[BulkAct]:
    return BulkAct.objects.filter(actor_kind=by.kind, actor_id=by.id)


def one(by: Actor, pk: UUID) -> BulkAct:
    """Return an act of theirs. Raises: NotFound for that of somebody else, too."""
    found = own(by).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such act on many.")
    return found


def progress(bulk: BulkAct) -> Progress:
    items = BulkItem.objects.filter(bulk=bulk)
    states = items.values_list("state").annotate(number=Count("pk")).order_by()
    told = items.filter(state__in=(ItemState.REFUSED, ItemState.STANDS)).values_list("why")
    reasons = told.annotate(number=Count("pk")).order_by("-number", "why")
    return Progress(Counter(dict(states)), list(reasons[:MOST_REASONS]))
