"""What people who look into a case make of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from watchfloor.noc.alerts import checks
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, NotFound
from watchfloor.platform.jobs.retention import delete_in_batches
from watchfloor.platform.states import PAST
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import wait_for
from watchfloor.sensing.fraud.models import CaseState, FraudCase, FraudSuspicion
from watchfloor.sensing.fraud.states import MACHINE, Action
from watchfloor.sensing.fraud.suspecting import LOCK

SUSPICIONS_KEPT, CASES_KEPT = timedelta(days=90), timedelta(days=731)


@transaction.atomic
def act(
    case_id: UUID,
    action: Action,
    *,
    by: Actor,
    now: datetime,
    note: str,
    version: int | None = None,
) -> FraudCase:
    """Decide a case, or contest it. Repeating it changes nothing; each needs a word on why.

    Raises: NotFound; Invalid without a note; Conflict where its state does not allow it, or the
    one who decides a contested case is the one who decided it before.
    """
    wait_for(LOCK, require_tenant_id())
    row = FraudCase.objects.select_related("person", "site").filter(pk=case_id).first()
    if row is None:
        raise NotFound("There is no such case.")
    step = MACHINE.step(CaseState(row.state), action)
    checks.same_version("case", row.version, version, f"it is {row.get_state_display()}.")
    if not step.changes:
        return row
    said, before = checks.text_of(note, "note"), _told(row)
    _check(row, action, by)
    _apply(row, action, step.to, said, by, now)
    row.save()
    row.suspicions.update(is_borne_out=_borne_out(step.to))
    audit.record(
        by, f"fraud_case.{PAST[action]}", "fraud_case", row.pk, at=now,
        before=before, after={**_told(row), "note": said},
    )  # fmt: skip
    return row


def forget(now: datetime) -> None:
    """Of the tenant in scope: delete suspicions that led to nothing, and cases of long ago."""
    loose = FraudSuspicion.objects.filter(case=None, at__lt=now - SUSPICIONS_KEPT)
    old = FraudCase.objects.filter(opened_at__lt=now - CASES_KEPT)
    delete_in_batches(loose)
    delete_in_batches(FraudSuspicion.objects.filter(case__in=old))
    delete_in_batches(old)


def _check(row: FraudCase, action: Action, by: Actor) -> None:
    """Raises: Conflict if it was contested before, or one person would decide twice."""
    if action is Action.CONTEST and row.contested_at is not None:
        raise Conflict("It was contested once, and somebody else decided: that stands.")
    if row.state == CaseState.CONTESTED and row.decided_by == by.id:
        raise Conflict("Somebody else has to decide what was contested.")


def _apply(
    row: FraudCase, action: Action, to: CaseState, said: str, by: Actor, now: datetime
) -> None:
    row.state, row.version = to, row.version + 1
    if action is Action.CONTEST:
        row.contested_at, row.contest = now, said
    else:
        row.decided_at, row.decided_by, row.note = now, by.id, said


def _borne_out(state: CaseState) -> bool | None:
    return {CaseState.CONFIRMED: True, CaseState.CLEARED: False}.get(state)


def _told(row: FraudCase) -> dict[str, object]:
    return {"state": row.state, "person": row.person.code, "score": round(row.score, 3)}
