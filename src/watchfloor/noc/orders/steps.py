"""What people do of a standing order, and that an incident is not resolved before it.

A gate stands before resolving and nothing else: acknowledging, assigning and escalating are never
held up by a procedure, least of all where a person may be in danger. An incident whose alerts
recover by themselves before anybody took it in hand resolves itself ungated: nobody was there to
do the steps, and a list of alarms that are over, held open by paper, would hide those that are
not. One that somebody took in hand waits for that person, and so for the steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.noc.alerts import checks
from watchfloor.noc.incidents import refusing
from watchfloor.noc.incidents import services as of_incidents
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.refusing import Earlier
from watchfloor.noc.orders import selectors
from watchfloor.noc.orders.models import OrderUse, OrderVersion, StepMark
from watchfloor.noc.orders.selectors import Holding, Step
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, NotFound
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

DONE, SKIPPED, TAKEN_BACK = "step done", "step skipped", "step taken back"


@transaction.atomic
def do(incident_id: UUID, number: int, *, version: UUID, by: Actor, now: datetime) -> None:
    """Tick a step. Repeating it changes nothing.

    Raises: Conflict where somebody else has ticked or skipped it, where the order is another one
    than the `version` that was read, or where the incident is over.
    """
    incident, found = _locked(incident_id, version)
    _mark(incident, found, found.step(number), "", by=by, now=now)


@transaction.atomic
def skip(
    incident_id: UUID, number: int, reason: str, *, version: UUID, by: Actor, now: datetime
) -> None:
    """Leave a step out, for a reason that is kept. Raises: Invalid without one, else as `do`."""
    reason = checks.text_of(reason, "reason")
    incident, found = _locked(incident_id, version)
    _mark(incident, found, found.step(number), reason, by=by, now=now)


@transaction.atomic
def take_back(incident_id: UUID, number: int, *, version: UUID, by: Actor, now: datetime) -> None:
    """Let a step be open again. Repeating it changes nothing."""
    incident, found = _locked(incident_id, version)
    step = found.step(number)
    if step.mark is None:
        return
    step.mark.delete()
    _settle(found.steps, step.mark.use)
    _tell(incident, found.version, step, TAKEN_BACK, "", by=by, now=now)


def check_resolve(incident: NOCIncident, by: Actor, now: datetime) -> None:
    """Raises: Conflict that names the required steps that are open. Keeps what it was worked by."""
    found = selectors.holding(incident)
    if found is None:
        return
    if still_open := found.open_steps:
        named = "; ".join(f"{step.number}. {step.text}" for step in still_open)
        count = "A required step" if len(still_open) == 1 else f"{len(still_open)} required steps"
        raise Conflict(
            f"{count} of the standing order must be done or skipped first: {named}",
            state=incident.state,
            open_steps=[{"number": step.number, "text": step.text} for step in still_open],
        )
    _use(incident, found, now)


def _locked(incident_id: UUID, version: UUID) -> tuple[NOCIncident, Holding]:
    """Return an open incident, which nothing else changes now, and the order that was read."""
    lock_flow(require_tenant_id())
    incident = NOCIncident.objects.filter(pk=incident_id).first()
    if incident is None:
        raise NotFound("There is no such incident.")
    refusing.check_open(incident)
    found = selectors.holding(incident)
    if found is None or found.version.pk != version:
        raise Conflict("The standing order is another one by now: read it again.")
    return incident, found


def _mark(
    incident: NOCIncident, found: Holding, step: Step, reason: str, *, by: Actor, now: datetime
) -> None:
    if step.mark is not None:
        _check_own_repeat(step, step.mark, reason, by)
        return
    use = _use(incident, found, now)
    StepMark.objects.create(
        use=use, step=step.number, at=now, by_kind=by.kind, by_id=by.id, skipped_because=reason
    )
    _settle(found.steps, use)
    _tell(incident, found.version, step, SKIPPED if reason else DONE, reason, by=by, now=now)


def _check_own_repeat(step: Step, mark: StepMark, reason: str, by: Actor) -> None:
    if (mark.by_kind, mark.by_id, mark.skipped_because) == (by.kind, by.id, reason):
        return
    earlier = Earlier(step.by, "skipped it" if mark.skipped_because else "did it", mark.at)
    why = f"Step {step.number} is no more open"
    raise Conflict(f"{why}: {earlier}", reason=why, earlier=earlier.told())


def _use(incident: NOCIncident, found: Holding, now: datetime) -> OrderUse:
    if found.use is not None:
        return found.use
    return OrderUse.objects.create(incident=incident, version=found.version, taken_at=now)


def _settle(steps: Iterable[Step], use: OrderUse) -> None:
    """Note when the last required step was done or skipped, if none is open."""
    marked = dict(use.marks.values_list("step", "at"))
    required = [step.number for step in steps if step.is_required]
    is_settled = bool(required) and all(number in marked for number in required)
    use.settled_at = max(marked[number] for number in required) if is_settled else None
    use.save(update_fields=["settled_at"])


def _tell(
    incident: NOCIncident,
    version: OrderVersion,
    step: Step,
    what: str,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    after = {
        "order": version.order.code,
        "version": version.number,
        "step": step.number,
        "text": step.text,
        "reason": reason,
    }
    action = f"order.{what.replace(' ', '_')}"
    audit.record(by, action, "incident", incident.pk, at=now, after=after)
    text = f"{step.number}. {step.text}"
    of_incidents.tell(incident, what, f"{text}: {reason}" if reason else text, by, now)
