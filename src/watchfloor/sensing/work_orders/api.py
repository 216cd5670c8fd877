"""Work orders acted on over HTTP. They are listed as all records are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from watchfloor.domain.registers import selectors as records
from watchfloor.domain.work.registers import WORK_ORDERS
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS
from watchfloor.platform.accounts.permissions import needs
from watchfloor.sensing.work_orders import services
from watchfloor.sensing.work_orders.services import Told
from watchfloor.sensing.work_orders.states import Action

router = Router(tags=["work orders"])


class OrderActIn(Schema):
    state: str = Field(
        "", max_length=100, description="in which you saw it; another one by now: 409"
    )


class OrderToldOut(Schema):
    event_id: str
    work_order: str = Field(description="code")
    state: str = Field(description="in which it is once the act is worked, a moment later")


_SUMMARIES: Mapping[Action, str] = {
    Action.START: "Say that the work has begun",
    Action.HOLD: "Put it on hold: its clock stands",
    Action.COMPLETE: "Say that it is done",
    Action.CANCEL: "Say that it is not to be done",
    Action.REOPEN: "Take it up again: its clock goes on where it stopped",
}
NOTHING_SAID = OrderActIn(state="")


def _acting(action: Action) -> Callable[..., Status[Told]]:
    def act_on_work_order(
        request: HttpRequest, work_order_id: UUID, body: OrderActIn = NOTHING_SAID
    ) -> Status[Told]:
        viewer = viewer_of(request)
        order = records.one(WORK_ORDERS, viewer, work_order_id)
        now = timezone.now()
        return Status(202, services.act(order, action, seen=body.state, by=viewer.actor, now=now))

    return act_on_work_order


for _action, _summary in _SUMMARIES.items():
    router.post(
        f"/work-orders/{{work_order_id}}/{_action}",
        auth=needs(ACK_ALERTS),
        response={202: OrderToldOut},
        operation_id=f"{_action}_work_order",
        summary=_summary,
    )(_acting(_action))
