"""Act on work orders: each act is an event, worked a moment later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from watchfloor.domain.work.models import WorkOrder
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict
from watchfloor.sensing import by_hand
from watchfloor.sensing.work_orders.states import MACHINE, Action, sort_of


@dataclass(frozen=True, slots=True)
class Told:
    """An act that waits to be worked: of which work order, and in which state it will be."""

    event_id: str
    work_order: str
    state: str


@transaction.atomic
def act(order: WorkOrder, action: Action, *, seen: str = "", by: Actor, now: datetime) -> Told:
    """Tell of an act on a work order.

    `seen`: the state in which the caller saw it. Raises: Conflict if it is in another by now, or
    in one that does not allow the act.
    """
    if seen and seen != order.state:
        raise Conflict("Somebody has acted on this work order meanwhile: load it again.")
    state = MACHINE.step(sort_of(order.state), action).to.value
    said = {"work_order": order.code, "state": state, "site": order.site.code if order.site else ""}
    before, after = {"state": order.state}, {"state": state}
    name = f"work_order.{action}"
    audit.record(by, name, "work_order", order.pk, at=now, before=before, after=after)
    return Told(by_hand.tell("work_orders", said, at=None, now=now), order.code, state)
