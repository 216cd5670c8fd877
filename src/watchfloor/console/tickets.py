"""A ticket on its page: how its clock stands in words, its changes, and the acts that are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from watchfloor.console.acts import Act
from watchfloor.domain.helpdesk import clocks
from watchfloor.domain.helpdesk.clocks import TicketClock
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, ASSIGN_INCIDENTS
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.sensing.tickets.states import MACHINE, Action, sort_of

ACTS: Mapping[Action, tuple[Act, str]] = {
    Action.START: (Act(Action.START, "Start work"), ACK_ALERTS),
    Action.HOLD: (Act(Action.HOLD, "Put on hold"), ACK_ALERTS),
    Action.RESOLVE: (Act(Action.RESOLVE, "Resolve"), ACK_ALERTS),
    Action.CLOSE: (Act(Action.CLOSE, "Close"), ACK_ALERTS),
    Action.REOPEN: (Act(Action.REOPEN, "Reopen"), ACK_ALERTS),
    Action.ASSIGN: (Act(Action.ASSIGN, "Assign"), ASSIGN_INCIDENTS),
}


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised of a ticket, as people read it."""

    target: str
    used: str
    percent: int
    hours: str
    is_over: bool
    clock: TicketClock

    @property
    def due_there(self) -> str:
        """Return when it is due by the clocks of the site."""
        if self.clock.due_at is None:
            return ""
        return f"{self.clock.due_at.astimezone(ZoneInfo(self.clock.time_zone)):%a %d %b %H:%M}"


def promised(ticket: Ticket, now: datetime) -> Promised:
    clock = clocks.clock_of(ticket, now)
    return Promised(
        target="" if clock.target is None else hours_and_minutes(clock.target),
        used=hours_and_minutes(clock.used),
        percent=min(100, int(100 * clock.used / clock.target)) if clock.target else 0,
        hours=clock.hours or "all hours",
        is_over=clock.due_at is not None and clock.due_at <= now,
        clock=clock,
    )


def acts_on(ticket: Ticket, viewer: Viewer) -> list[Act]:
    """Return what this viewer may do with it now."""
    sort = sort_of(ticket.state)
    place = (ticket.site.client_id if ticket.site else None, ticket.site_id)
    open_to = {action: MACHINE.table.get((sort, action)) for action in ACTS}
    return [
        act
        for action, (act, capability) in ACTS.items()
        if open_to[action] is not None
        and (action is Action.ASSIGN or open_to[action] is not sort)
        and viewer.may(capability)
        and viewer.acting(capability).scope.covers(*place)
    ]


def hours_and_minutes(seconds: float) -> str:
    """Return a time as people say it.

    >>> hours_and_minutes(5_400), hours_and_minutes(240)
    ('1 h 30 min', '4 min')
    """
    hours, minutes = divmod(int(seconds // 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
