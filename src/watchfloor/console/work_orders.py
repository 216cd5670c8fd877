"""A work order on its page: the acts that are open."""

from __future__ import annotations

from collections.abc import Mapping

from watchfloor.console.acts import Act
from watchfloor.domain.work.models import WorkOrder
from watchfloor.platform.accounts.capabilities import ACK_ALERTS
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.sensing.work_orders.states import MACHINE, Action, sort_of

ACTS: Mapping[Action, Act] = {
    Action.COMPLETE: Act(Action.COMPLETE, "It is done"),
    Action.START: Act(Action.START, "Start work"),
    Action.HOLD: Act(Action.HOLD, "Put on hold"),
    Action.CANCEL: Act(Action.CANCEL, "Cancel it"),
    Action.REOPEN: Act(Action.REOPEN, "Reopen"),
}


def acts_on(order: WorkOrder, viewer: Viewer) -> list[Act]:
    """Return what this viewer may do with it now."""
    place = (order.site.client_id if order.site else None, order.site_id)
    if not viewer.may(ACK_ALERTS) or not viewer.acting(ACK_ALERTS).scope.covers(*place):
        return []
    sort = sort_of(order.state)
    leads = {action: MACHINE.table.get((sort, action), sort) for action in ACTS}
    return [act for action, act in ACTS.items() if leads[action] is not sort]
