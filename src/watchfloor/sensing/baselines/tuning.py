"""Moves budgets of false alarms: as people's words ask each week, as somebody sets, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.baselines import tuning
from watchfloor.aiops.baselines.judging import Sensitivity
from watchfloor.aiops.baselines.tuning import Told
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import SYSTEM, Actor
from watchfloor.platform.errors import Conflict, NotFound
from watchfloor.sensing.baselines.going_on import history_of, holidays_at, slots_for
from watchfloor.sensing.baselines.models import (
    BaselineDeparture,
    BaselineProfile,
    ThresholdAuditLog,
)

LOOKED_BACK = timedelta(hours=tuning.LOOKED_BACK)
TUNED, SET, ROLLBACK = "tuned", "sensitivity", "rollback"


@dataclass(frozen=True, slots=True)
class Offer:
    """A sensitivity, the alarms it would have brought in the last 30 days, and which part of those
    that people judged was false; None where they judged none."""

    sensitivity: Sensitivity
    alarms: int
    false_share: float | None


def tune(now: datetime) -> int:
    """Move the budgets of the tenant in scope; return how many moved."""
    told = BaselineDeparture.objects.filter(finding__isnull=False, began_at__gte=now - LOOKED_BACK)
    profiles = BaselineProfile.objects.select_related("site")
    return sum(_tune(row, now) for row in profiles.filter(pk__in=told.values("profile_id")))


def _tune(row: BaselineProfile, now: datetime) -> bool:
    budget = tuning.tuned(row.budget, told_of(row, now)).budget
    if budget == row.budget:
        return False
    move(row, budget, TUNED, by=SYSTEM, now=now)
    return True


@transaction.atomic
def set_sensitivity(
    profile_id: UUID, sensitivity: Sensitivity, *, by: Actor, now: datetime
) -> BaselineProfile:
    """Let the profile cost what the sensitivity may. The same again changes nothing."""
    row = _locked(profile_id)
    if (row.sensitivity, row.budget) != (sensitivity.value, sensitivity.budget):
        move(row, sensitivity.budget, SET, sensitivity=sensitivity.value, by=by, now=now)
    return row


@transaction.atomic
def roll_back(
    profile: BaselineProfile, change_id: UUID, *, by: Actor, now: datetime
) -> ThresholdAuditLog:
    """Undo a change of its budget, and of its sensitivity if that was set.

    Raises: Conflict if another one came after it.
    """
    row = _locked(profile.pk)
    change = row.changes.filter(pk=change_id).first()
    if change is None:
        raise NotFound("There is no such change of a budget.")
    last = row.changes.order_by("-at", "-id").first()
    if last is None or last.pk != change.pk or change.reason == ROLLBACK:
        raise Conflict("Only the last change of a budget is undone, and once.")
    was = change.old_sensitivity or row.sensitivity
    return move(row, change.old_budget, ROLLBACK, sensitivity=was, by=by, now=now, undoes=change)


@transaction.atomic
def move(
    row: BaselineProfile,
    budget: float,
    reason: str,
    *,
    by: Actor,
    now: datetime,
    sensitivity: str = "",
    undoes: ThresholdAuditLog | None = None,
) -> ThresholdAuditLog:
    """Change the budget, and the sensitivity if one is named.

    What it would have changed in the last 30 days is written down.
    """
    old_alarms, new_alarms = what_if(row, (row.budget, budget))
    told = told_of(row, now)
    change = ThresholdAuditLog.objects.create(
        profile=row,
        at=now,
        reason=reason,
        old_budget=row.budget,
        new_budget=budget,
        old_sensitivity=row.sensitivity,
        old_alarms=old_alarms,
        new_alarms=new_alarms,
        old_false_share=tuning.share_false(told, row.budget),
        new_false_share=tuning.share_false(told, budget),
        undoes=undoes,
    )
    before = {"budget": row.budget, "sensitivity": row.sensitivity}
    row.budget, row.sensitivity = budget, sensitivity or row.sensitivity
    row.save(update_fields=["budget", "sensitivity"])
    after = {"budget": row.budget, "sensitivity": row.sensitivity}
    audit.record(
        by, f"budget.{reason}", "baseline_profile", row.pk, at=now, before=before, after=after
    )
    return change


def what_if(row: BaselineProfile, budgets: Sequence[float]) -> list[int]:
    """Return how many alarms each budget would have brought in the last 30 days of history."""
    history = history_of(row)
    slots = slots_for(row, history, holidays_at(row))
    judged = tuning.replay(history.counts, slots, first=history.first)
    return [sum(1 for _ in tuning.alarms(judged, budget)) for budget in budgets]


def offers(row: BaselineProfile, now: datetime) -> list[Offer]:
    """Return what each sensitivity would have brought, for people to choose by."""
    told = told_of(row, now)
    alarms = what_if(row, [one.budget for one in Sensitivity])
    return [
        Offer(one, count, tuning.share_false(told, one.budget))
        for one, count in zip(Sensitivity, alarms, strict=True)
    ]


def told_of(row: BaselineProfile, now: datetime) -> list[Told]:
    """Return the departures of the last 30 days of which people said whether they were false."""
    found = row.departures.select_related("finding").filter(began_at__gte=now - LOOKED_BACK)
    return [Told(one.a_week, one.was_false) for one in found if one.was_false is not None]


def _locked(profile_id: UUID) -> BaselineProfile:
    rows = BaselineProfile.objects.select_related("site").select_for_update(of=("self",))
    row = rows.filter(pk=profile_id).first()
    if row is None:
        raise NotFound("There is no such profile.")
    return row
