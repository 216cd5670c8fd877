"""What people say of departures."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import NotFound
from watchfloor.sensing.baselines.models import BaselineDeparture


@transaction.atomic
def judge(departure_id: UUID, *, was_false: bool, by: Actor, now: datetime) -> BaselineDeparture:
    """Say whether it was nothing. It can be said anew; the same again changes nothing."""
    rows = BaselineDeparture.objects.select_for_update(of=("self",))
    row = rows.select_related("profile__site").filter(pk=departure_id).first()
    if row is None:
        raise NotFound("There is no such departure.")
    if row.was_false == was_false:
        return row
    before = {"was_false": row.was_false}
    row.was_false, row.judged_at = was_false, now
    row.save(update_fields=["was_false", "judged_at"])
    audit.record(
        by, "departure.judged", "baseline_departure", row.pk, at=now,
        before=before, after={"was_false": was_false},
    )  # fmt: skip
    return row
