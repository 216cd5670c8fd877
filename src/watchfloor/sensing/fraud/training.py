"""Learning from reviewed cases, once there are enough of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from math import nan

import msgspec
from django.db.models import QuerySet

from watchfloor.aiops.fraud.model import ENOUGH, KIND, SCHEMA, Reviewed, TooFewCases, train
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.modelstore import services as modelstore
from watchfloor.platform.modelstore.models import ModelVersion
from watchfloor.sensing.fraud.models import CaseState, FraudCase

ANEW = 50
"""So many more reviewed cases make another model worth its while."""
MOST = 20_000
"""Cases that are learnt from, the latest."""


def train_due(now: datetime) -> ModelVersion | None:
    """Train the tenant in scope if it is due; a model that beats the rules is live from now on.

    Returns the model, also one that stays out; None where nothing was due.
    """
    if not _is_due():
        return None
    try:
        artifact = train(list(_reviewed()))
    except TooFewCases:
        return None
    card = msgspec.to_builtins(artifact.card)
    made = modelstore.register(KIND, artifact.sha256, card, artifact.pack(), by=SYSTEM, now=now)
    is_better = artifact.card.gate["passes"]
    return modelstore.promote(made.pk, by=SYSTEM, now=now) if is_better else made


def _is_due() -> bool:
    last = modelstore.versions(KIND).first()
    if last is None:
        return _decided().count() >= ENOUGH
    return _decided().filter(decided_at__gt=last.created_at).count() >= ANEW


def _decided() -> QuerySet[FraudCase]:
    return FraudCase.objects.filter(state__in=[CaseState.CONFIRMED, CaseState.CLEARED])


def _reviewed() -> Iterator[Reviewed]:
    """Yield decided cases, with what was known as they opened by features of this version."""
    told = _decided().order_by("-opened_at").values_list("opened_at", "features", "state")
    for opened_at, row, state in told[:MOST]:
        if len(row) == len(SCHEMA.features):
            known = tuple(nan if value is None else value for value in row)
            yield Reviewed(opened_at.timestamp(), known, state == CaseState.CONFIRMED)
